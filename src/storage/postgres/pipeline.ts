/**
 * Many statements in one message: the server runs one after the other and answers all at once, so
 * that they cost one way there and back. The first that fails ends the rest. The answer is the last
 * row of all that they return; the others are not read.
 */
import type { Connection, PoolClient, Submittable } from 'pg'
import type { Statement } from '../program.ts'
import { withoutNul } from '../program.ts'
import type { SqlValue } from '../storage.ts'

/** The driver's own limit is for all of them together; `progressMsMax` is for each. */
const noLimitMs = 2 ** 31 - 1

/** The columns of a row, as text. */
export type Fields = readonly (string | null)[]

export interface PipelineOptions {
  /** The name under which a statement is prepared, once per connection. */
  readonly nameOf: (text: string) => string
  /** Without an answer to the next statement for so long, the connection is given up. */
  readonly progressMsMax: number
}

/** Which of the statements of a pipeline failed, by the error it failed with. */
const failed = new WeakMap<Error, number>()

export function failedAt(error: unknown): number | undefined {
  return error instanceof Error ? failed.get(error) : undefined
}

/** @throws the server's error, for which `failedAt` says which of them it was. */
export async function executeAll(
  client: PoolClient,
  statements: readonly Statement[],
  options: PipelineOptions,
): Promise<Fields[]> {
  const empty = statements.findIndex(({ text }) => text.trim() === '')
  const sent = empty < 0 ? statements : statements.slice(0, empty)
  const rows = await new Promise<Fields[]>((resolve, reject) => {
    client.query(newPipeline(sent, options, { resolve, reject }))
  })
  if (empty >= 0) throw emptyError(empty)
  return rows
}

/** The server answers an empty statement as if it had done something. */
function emptyError(at: number): Error {
  const error = Object.assign(new Error('the statement is empty'), { code: '42601' })
  failed.set(error, at)
  return error
}

interface Bound {
  readonly statement: string
  readonly values: readonly (string | Buffer | null)[]
  /** Whether the columns of its rows come in their binary form. */
  readonly binary: boolean
}

/** The parts of the driver's connection that a query of one's own is made of. */
interface Wire {
  readonly stream: Pick<Connection['stream'], 'write'>
  readonly parsedStatements: Record<string, string>
  parse(message: { name: string; text: string }): void
  bind(message: Bound): void
  execute(): void
  close(message: { type: 'S'; name: string }): void
  sync(): void
  sendCopyFail(reason: string): void
  /** All of the above end here. */
  _send(message: Buffer): void
}

interface State {
  readonly statements: readonly Statement[]
  readonly options: PipelineOptions
  readonly timer: NodeJS.Timeout
  /** Prepared by this pipeline. */
  readonly parsed: Map<string, string>
  done: number
  rows: Fields[]
  /** Whose rows they are. */
  rowsOf: number
  /** The driver puts a time limit of its own around it. */
  callback: (error: Error | null, rows?: Fields[]) => void
}

interface Ending {
  readonly resolve: (rows: Fields[]) => void
  readonly reject: (error: Error) => void
}

/** A query as the driver takes it: https://node-postgres.com/features/queries names it submittable. */
function newPipeline(
  statements: readonly Statement[],
  options: PipelineOptions,
  { resolve, reject }: Ending,
): Submittable & State {
  const { progressMsMax } = options
  const late = () => pipeline.callback(new Error(`no answer within ${progressMsMax} ms`))
  const pipeline = {
    statements,
    options,
    timer: setTimeout(late, progressMsMax),
    parsed: new Map<string, string>(),
    done: 0,
    rows: [] as Fields[],
    rowsOf: 0,
    query_timeout: noLimitMs,
    callback: (error: Error | null, rows: Fields[] = []) => {
      clearTimeout(pipeline.timer)
      if (error) reject(error)
      else resolve(rows)
    },
    // The driver's types know less of its connection than a query of one's own needs.
    submit: (connection: Connection) => submit(pipeline, connection as unknown as Wire),
    handleRowDescription: () => {},
    handleDataRow: ({ fields }: { fields: (string | null)[] }) => {
      if (pipeline.rowsOf !== pipeline.done) pipeline.rows = []
      pipeline.rowsOf = pipeline.done
      pipeline.rows.push(fields)
    },
    handleCommandComplete: () => step(pipeline),
    handleEmptyQuery: () => step(pipeline),
    handlePortalSuspended: () => {},
    handleCopyInResponse: (wire: Pick<Wire, 'sendCopyFail'>) => wire.sendCopyFail('no rows'),
    handleCopyData: () => {},
    handleError: (error: Error) => {
      failed.set(error, pipeline.done)
      pipeline.callback(error)
    },
    handleReadyForQuery: (connection: unknown) => finish(pipeline, connection as Wire),
  }
  return pipeline
}

function step(state: State): void {
  state.done++
  state.timer.refresh()
}

/** As one piece: a write for each message costs more than the messages do. */
function submit({ statements, options, parsed }: State, wire: Wire): void {
  const messages: Buffer[] = []
  const into: Wire = Object.create(wire, {
    _send: { value: (message: Buffer) => messages.push(message) },
  })
  for (const { text, values, isPlannedAnew, isBinary = false } of statements) {
    // Another name than that of the statement alone, whose parsing the driver keeps count of.
    const name = isPlannedAnew ? '' : `p${options.nameOf(text)}`
    const isPrepared = (wire.parsedStatements[name] ?? parsed.get(name)) === text
    if (name === '') into.parse({ name, text })
    else if (!isPrepared) {
      // A pipeline that failed may have left it behind; to close what is not there is no error.
      into.close({ type: 'S', name })
      into.parse({ name, text })
      parsed.set(name, text)
    }
    into.bind({ statement: name, values: values.map(toWire), binary: isBinary })
    into.execute()
  }
  into.sync()
  wire.stream.write(Buffer.concat(messages))
}

function finish(state: State, wire: Wire): void {
  if (state.done < state.statements.length) return
  for (const [name, text] of state.parsed) wire.parsedStatements[name] = text
  state.callback(null, state.rows)
}

/** As text, in which the server reads any type; bytes as they are. */
function toWire(value: SqlValue | readonly SqlValue[]): string | Buffer | null {
  if (value === null) return null
  if (Array.isArray(value)) return `{${value.map(toElement).join(',')}}`
  if (value instanceof Uint8Array) {
    return Buffer.isBuffer(value) ? value : Buffer.from(value)
  }
  return typeof value === 'string' ? withoutNul(value) : String(value)
}

function toElement(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return String(value)
  return `"${withoutNul(value).replace(/[\\"]/g, '\\$&')}"`
}
