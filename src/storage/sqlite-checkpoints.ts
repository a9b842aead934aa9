/**
 * Checkpoints in a thread of their own: it copies pages from the log of commits into the database
 * while the main thread goes on committing, which would else wait for the copying of a thousand of
 * them and for two flushes. Nothing depends on it. Where there is no such thread, or it is behind,
 * SQLite copies in the middle of a commit once its log is long.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Transactions between two checkpoints; each is about a page, and each commit a few more. */
const transactionsMax = 1_000
const pagesPerCommit = 4
/** It holds one statement. */
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }
const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

export type CheckpointOrder = 'checkpoint' | 'stop'

export class Checkpoints {
  readonly #path: string
  #worker: Worker | undefined
  #since = 0
  #isUnderWay = false
  #isBroken = false

  /** @param path of the database file. */
  constructor(path: string) {
    this.#path = path
  }

  /** A commit of so many transactions was made. The thread is started by the first that counts. */
  committed(transactions: number): void {
    this.#since += transactions + pagesPerCommit
    if (this.#since < transactionsMax || this.#isUnderWay || this.#isBroken) return
    this.#since = 0
    this.#isUnderWay = true
    this.#worker ??= this.#start()
    this.#order('checkpoint')
  }

  /** Resolves when its connection is closed. */
  async stop(): Promise<void> {
    const worker = this.#worker
    this.#isBroken = true
    this.#worker = undefined
    if (!worker) return
    const ended = once(worker, 'exit')
    worker.ref()
    worker.postMessage('stop' satisfies CheckpointOrder)
    await ended.catch(() => {}) // it ended by a fault, and holds nothing either
  }

  #order(order: CheckpointOrder): void {
    this.#worker?.postMessage(order)
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./sqlite-checkpoint-thread${ending}`, import.meta.url), {
      workerData: this.#path,
      env: {},
      execArgv: [],
      resourceLimits,
    })
    worker.on('message', () => {
      this.#isUnderWay = false
    })
    // No file of that name where an app was bundled into one, say.
    worker.on('error', () => {
      this.#isBroken = true
      this.#worker = undefined
    })
    worker.unref()
    return worker
  }
}
