/** A port of 127.0.0.1 that nothing listened on a moment ago. */
import { type AddressInfo, createServer } from 'node:net'

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // a TCP server that listens has one
      server.close(() => resolve(port))
    })
  })
}
