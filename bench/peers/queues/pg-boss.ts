/** pg-boss with a pool that lets commits of many requests share one flush. */
import { PgBoss } from 'pg-boss'

const connectionsMax = 20

export async function openBoss(connectionString: string, queue: string): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString,
    max: connectionsMax,
    // Neither schedules nor maintenance, which a run of seconds would not see.
    schedule: false,
    supervise: false,
  })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(queue)
  return boss
}
