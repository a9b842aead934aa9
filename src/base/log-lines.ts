/**
 * The last lines of the log, in memory, for those who look for them without a shell on the machine.
 * Bounded in number and in length; gone with the process, whose log they are a copy of.
 */
import type { Clock } from './clock.ts'
import type { Log, LogFields } from './log.ts'

export const logLinesMax = 2_000
/** Of one line, message and fields together; the rest is cut. */
export const logLineCharactersMax = 2_000

export type LogLevel = 'info' | 'warn' | 'error'

export interface LogLine {
  /** 1, 2, 3 and so on, in this process. */
  readonly number: number
  readonly at: number
  readonly level: LogLevel
  readonly message: string
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

export interface LogLines {
  readonly clock: Clock
  /** The oldest first. */
  readonly lines: LogLine[]
  total: number
  readonly listeners: Set<(line: LogLine) => void>
}

export function newLogLines(clock: Clock): LogLines {
  return { clock, lines: [], total: 0, listeners: new Set() }
}

/** A log that writes to this one, and keeps what it writes. */
export function keepingLines(kept: LogLines, log: Log): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    log[level](message, fields)
    keep(kept, level, { message, fields })
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

function keep(
  kept: LogLines,
  level: LogLevel,
  { message, fields = {} }: { message: string; fields: LogFields | undefined },
): void {
  const number = ++kept.total
  const shown = message.slice(0, logLineCharactersMax)
  const line = { number, at: kept.clock.now(), level, message: shown, fields: cut(fields, shown) }
  kept.lines.push(line)
  if (kept.lines.length > logLinesMax) kept.lines.shift()
  for (const listener of kept.listeners) listener(line)
}

function cut(fields: LogFields, message: string): LogLine['fields'] {
  let left = logLineCharactersMax - message.length
  const shown: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || left <= 0) continue
    shown[name] = typeof value === 'string' ? value.slice(0, left) : value
    left -= name.length + String(value).length
  }
  return shown
}
