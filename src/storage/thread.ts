/**
 * Work that blocks its thread, on one of its own, so that the caller can go on showing how far it
 * is. The work is a file of this folder; what goes to and fro is plain data.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { type ErrorCode, HooklineError } from '../base/errors.ts'

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

type Message<Told, Result> =
  | { readonly kind: 'told'; readonly told: Told }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** An error as data: a thread hands on neither the class nor the fields of one. */
interface Failure {
  readonly message: string
  readonly code: ErrorCode | undefined
  /** SQLite's. */
  readonly errcode: number | undefined
}

interface ThreadOptions<Input, Told> {
  readonly input: Input
  readonly onTold?: (told: Told) => void
}

/** @param name of the file, without its ending. */
export function runInThread<Input, Told = never, Result = void>(
  name: 'backup-thread' | 'migrate-thread',
  { input, onTold }: ThreadOptions<Input, Told>,
): Promise<Result> {
  const worker = new Worker(new URL(`./${name}${ending}`, import.meta.url), { workerData: input })
  return new Promise((resolve, reject) => {
    worker.on('message', (message: Message<Told, Result>) => {
      if (message.kind === 'told') onTold?.(message.told)
      else if (message.kind === 'done') resolve(message.result)
      else reject(errorOf(message.failure))
    })
    worker.once('error', reject)
    // Nothing where it has answered before.
    worker.once('exit', (code) => reject(new Error(`The thread ended, with exit code ${code}.`)))
  })
}

/** In the thread's file: does the work with what it was given, and answers. */
export function answerInThread<Input, Told = never, Result = void>(
  work: (input: Input, tell: (told: Told) => void) => Promise<Result> | Result,
): void {
  const post = (message: Message<Told, Result>) => parentPort?.postMessage(message)
  const answer = async () => await work(workerData, (told) => post({ kind: 'told', told }))
  answer().then(
    (result) => post({ kind: 'done', result }),
    (error) => post({ kind: 'failed', failure: failureOf(error) }),
  )
}

function failureOf(error: unknown): Failure {
  const { errcode } = Object(error)
  return {
    message: error instanceof Error ? error.message : String(error),
    code: error instanceof HooklineError ? error.code : undefined,
    errcode: typeof errcode === 'number' ? errcode : undefined,
  }
}

function errorOf({ message, code, errcode }: Failure): Error {
  if (code !== undefined) return new HooklineError(code, message)
  return Object.assign(new Error(message), errcode === undefined ? {} : { errcode })
}
