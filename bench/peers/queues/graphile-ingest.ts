/**
 * Fastify and graphile-worker: one job for each event, with the event's id as its key, so that a
 * repeat is stored once. Durable: PostgreSQL with `synchronous_commit = on`. Nothing is handled.
 */
import { makeWorkerUtils } from 'graphile-worker'
import { runPeer } from '../../programs/peer-program.ts'
import { startFastify } from './fastify-server.ts'

const connectionsMax = 20

await runPeer(async ({ postgres = '' }) => {
  const utils = await makeWorkerUtils({ connectionString: postgres, maxPoolSize: connectionsMax })
  await utils.migrate()
  return await startFastify({
    store: (event) =>
      utils.addJob('event', event, { jobKey: event.id, jobKeyMode: 'unsafe_dedupe' }),
    stop: async () => utils.release(),
  })
})
