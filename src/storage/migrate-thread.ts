/** The thread of `migrate.ts`: brings a SQLite file up to date, and tells each migration. */
import { type MigrationStep, migrate } from './migrations.ts'
import { openSqlite } from './sqlite.ts'
import { answerInThread } from './thread.ts'

interface Input {
  readonly database: string
  readonly nowMs: number
}

answerInThread<Input, MigrationStep>(async ({ database, nowMs }, tell) => {
  const engine = openSqlite({ path: database, clock: { now: () => nowMs } })
  try {
    await engine.transact((context) => migrate(context, tell))
  } finally {
    await engine.close()
  }
})
