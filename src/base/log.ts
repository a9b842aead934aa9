/**
 * Structured log lines. `dev` prints them for people, `serve` as JSON for machines. Only fields of
 * the list below are printed, and every text with the known secrets taken out; nothing here prints
 * a whole request, header list or configuration.
 */
import pino from 'pino'
import { scrub } from './scrub.ts'

/** What a line may tell of. A body, a header or a value of a key is none of it. */
const fieldNames = [
  'adminUrl',
  'api',
  'attempt',
  'body',
  'calls',
  'code',
  'count',
  'delivery',
  'detail',
  'do',
  'error',
  'event',
  'events',
  'file',
  'handler',
  'lost',
  'mode',
  'nextInMs',
  'none',
  'path',
  'pid',
  'port',
  'reason',
  'replay',
  'replication',
  'requestId',
  'secure',
  'set',
  'signal',
  'source',
  'status',
  'type',
  'url',
  'withinMs',
]

const isListed: ReadonlySet<string> = new Set(fieldNames)
const unlisted = '[not listed]'

export type LogFields = Record<string, string | number | boolean | undefined>

export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export const silentLog: Log = { info() {}, warn() {}, error() {} }

/** A log that is given the values of listed fields only, and texts without known secrets. */
export function guarded(log: Log): Log {
  return {
    info: (message, fields) => log.info(scrub(message), guardedFields(fields)),
    warn: (message, fields) => log.warn(scrub(message), guardedFields(fields)),
    error: (message, fields) => log.error(scrub(message), guardedFields(fields)),
  }
}

function guardedFields(fields: LogFields = {}): LogFields {
  const clean = Object.entries(fields).map(([name, value]) => {
    if (value !== undefined && !isListed.has(name)) return [name, unlisted]
    return [name, typeof value === 'string' ? scrub(value) : value]
  })
  return Object.fromEntries(clean)
}

/** JSON lines on standard output, by pino. */
export function jsonLog(): Log {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime })
  return guarded({
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  })
}

/** One line each for a person at a terminal. */
export function plainLog(write: (line: string) => void): Log {
  const line = (mark: string, message: string, fields: LogFields = {}) => {
    const details = Object.entries(fields).filter(([, value]) => value !== undefined)
    const tail = details.map(([name, value]) => ` ${name}=${oneLine(value)}`).join('')
    write(`${mark} ${message}${tail}\n`)
  }
  return guarded({
    info: (message, fields) => line(' ', message, fields),
    warn: (message, fields) => line('!', message, fields),
    error: (message, fields) => line('✗', message, fields),
  })
}

/** A field can hold text from outside: control characters would let it forge lines or colours. */
function oneLine(value: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const text = String(value).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
