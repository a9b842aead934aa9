/**
 * Structured log lines. `dev` prints them for people, `serve` as JSON for machines. Callers pass
 * only fields they name; nothing here prints a whole request, header list or configuration.
 */
import pino from 'pino'

export type LogFields = Record<string, string | number | boolean | undefined>

export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export const silentLog: Log = { info() {}, warn() {}, error() {} }

/** JSON lines on standard output, by pino. */
export function jsonLog(): Log {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime })
  return {
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  }
}

/** One line each for a person at a terminal. */
export function plainLog(write: (line: string) => void): Log {
  const line = (mark: string, message: string, fields: LogFields = {}) => {
    const details = Object.entries(fields).filter(([, value]) => value !== undefined)
    const tail = details.map(([name, value]) => ` ${name}=${oneLine(value)}`).join('')
    write(`${mark} ${message}${tail}\n`)
  }
  return {
    info: (message, fields) => line(' ', message, fields),
    warn: (message, fields) => line('!', message, fields),
    error: (message, fields) => line('✗', message, fields),
  }
}

/** A field can hold text from outside: control characters would let it forge lines or colours. */
function oneLine(value: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const text = String(value).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
