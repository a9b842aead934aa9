/**
 * Hookline's live streams: each change is one document written durably (WAL with `synchronous =
 * FULL`), then read from the log and sent to each client that watches it.
 */
import { monotonicMs } from '../live/monotonic.ts'
import { documentPath } from '../live/path.ts'
import { runPeer } from '../programs/peer-program.ts'
import { listeningPort, log, newApp } from './app.ts'

await runPeer(async (place) => {
  const app = newApp(place)
  await app.start({ log })
  await app.doc(documentPath).set({ n: 0, at: 0 })
  return {
    port: await listeningPort(app),
    commands: {
      token: () => app.token({ sub: 'u_1', read: ['rooms/**'], expiresIn: 3_600 }),
      change: (n) => app.doc(documentPath).set({ n: Number(n), at: monotonicMs() }),
    },
    stop: () => app.stop(),
  }
})
