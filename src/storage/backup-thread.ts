/** The thread of `backup.ts`: reads the whole copy, to see that it can be restored. */
import { DatabaseSync } from 'node:sqlite'
import { HooklineError } from '../base/errors.ts'
import type { CheckedCopy } from './backup.ts'
import { answerInThread } from './thread.ts'

answerInThread<string, never, CheckedCopy>((file) => {
  const db = new DatabaseSync(file)
  try {
    // It is one file, with nothing beside it, until a server opens it.
    db.exec('pragma journal_mode = delete')
    const found = db.prepare('pragma integrity_check(1)').get()?.integrity_check
    if (found !== 'ok') throw damaged(String(found))
    const events = db.prepare('select count(*) as n from events').get()?.n
    const version = db.prepare('select max(version) as n from migrations').get()?.n
    return { events: Number(events), version: Number(version) }
  } finally {
    db.close()
  }
})

function damaged(found: string): HooklineError {
  return new HooklineError(
    'storage_failed',
    `The copy is not whole (${found.slice(0, 200)}), and was removed. The database itself is ` +
      'likely damaged. Keep it as it is, and restore the newest backup that is whole.',
  )
}
