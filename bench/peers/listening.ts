/** Binds a server to a free port of this machine alone. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Peer } from '../programs/peer-program.ts'

export async function listening(server: Server): Promise<Peer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    port,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
