/**
 * Hookline as an app has it. Verified, deduplicated by the primary key of its keys, committed
 * before the answer, durable: WAL with `synchronous = FULL` on SQLite, `synchronous_commit = on` on
 * PostgreSQL, and it takes no less. Handlers run in this process at the same time as requests come
 * in, unless the settings put them off.
 */
import { type Place, runPeer } from '../programs/peer-program.ts'
import { type App, addHandlers, listeningPort, log, newApp } from './app.ts'

await runPeer(async (place) => {
  const app = newApp(place)
  const { handlers = 0, unwanted = 0, isPutOff = 0 } = place.settings ?? {}
  addHandlers(app, handlers)
  addUnwanted(app, unwanted)
  const start = () => app.start({ log })
  if (!isPutOff) await start()
  return {
    port: await listeningPort(app),
    commands: { work: start },
    stop: () => app.stop(),
  }
})

/** Handlers of types that never come: they are looked at for each event all the same. */
function addUnwanted(app: App, count: NonNullable<Place['settings']>[string]): void {
  for (let i = 0; i < count; i++) {
    app.on('stripe', 'customer.created', () => {}, { name: `unwanted-${i}` })
  }
}
