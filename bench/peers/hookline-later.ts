/**
 * Hookline with its work put off: it verifies, deduplicates and stores with the same durable
 * settings (WAL with `synchronous = FULL`, committed before the answer), each event with its
 * delivery, and runs no handler until it is told to catch up. It shows what accepting alone costs.
 */
import { runPeer } from '../peer-program.ts'
import { listeningPort, newApp } from './hookline-app.ts'

await runPeer(async (directory) => {
  const app = newApp(directory)
  const port = await listeningPort(app)
  return { port, catchUp: () => app.start(), stop: () => app.stop() }
})
