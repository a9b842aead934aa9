/** The thread of `sqlite-checkpoints.ts`: a connection of its own that does nothing else. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointOrder } from './sqlite-checkpoints.ts'

const path: string = workerData // written by sqlite-checkpoints.ts
const db = new DatabaseSync(path)
// The log is flushed before a page is copied, and the database before the log begins anew.
db.exec('pragma synchronous = full')
// It waits for nobody: what is locked is left to the next time.
const checkpoint = db.prepare('pragma wal_checkpoint(passive)')

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order === 'stop') {
    parentPort?.close()
    db.close()
    return
  }
  try {
    checkpoint.all()
  } catch {
    // A full or a broken disk: the log keeps all, and the main thread meets the same and tells.
  }
  parentPort?.postMessage('done')
})
