/** Binds a server to a free port of this machine alone. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Peer } from '../programs/peer-program.ts'

/** Longer than a connection of the load is ever idle: a closed one in use would end the run. */
const keepAliveTimeoutMs = 60_000

export async function listening(server: Server): Promise<Peer> {
  server.keepAliveTimeout = keepAliveTimeoutMs
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
