/**
 * Hookline as an app has it. Verified, deduplicated by the primary key of its keys, durable: WAL
 * with `synchronous = FULL` (Hookline opens no file without), committed before the answer. Its
 * handler runs in this process at the same time as requests come in, so handling is part of every
 * figure.
 */
import { runPeer } from '../peer-program.ts'
import { listeningPort, newApp } from './hookline-app.ts'

await runPeer(async (directory) => {
  const app = newApp(directory)
  await app.start()
  return { port: await listeningPort(app), stop: () => app.stop() }
})
