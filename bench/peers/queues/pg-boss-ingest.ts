/**
 * Fastify and pg-boss: one job for each event, whose id is made of the event's, so that a repeat is
 * stored once. Durable: PostgreSQL with `synchronous_commit = on`. Nothing is handled.
 */
import { createHash } from 'node:crypto'
import { runPeer } from '../../programs/peer-program.ts'
import { startFastify } from './fastify-server.ts'
import { openBoss } from './pg-boss.ts'

const queue = 'events'

await runPeer(async ({ postgres = '' }) => {
  const boss = await openBoss(postgres, queue)
  return await startFastify({
    store: (event) => boss.send(queue, event, { id: uuidOf(event.id) }),
    stop: () => boss.stop({ graceful: false }),
  })
})

/** pg-boss takes ids in this form alone; the same event has always the same. */
function uuidOf(id: string): string {
  const hex = createHash('sha1').update(id).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}
