/** The options that choose events, the same for `list` and `replay`. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { systemClock, toTimestamp } from '../../base/clock.ts'
import type { EventFilter, EventStatus, Mode } from '../../client/admin.ts'

const statuses: readonly EventStatus[] = [
  'unhandled',
  'ready',
  'running',
  'done',
  'failed',
  'parked',
]
const modes: readonly Mode[] = ['test', 'live']
const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

export function withFilterOptions(command: Command): Command {
  return command
    .option('--source <name>', 'only of this source')
    .option('--type <type>', 'only of this type')
    .addOption(new Option('--status <status>', 'only in this status').choices(statuses))
    .addOption(new Option('--mode <mode>', 'only of this mode').choices(modes))
    .option('-q, --q <text>', 'only with this in the id, the type or the dedupe key')
    .option('--since <time>', 'only since 2026-01-31T12:00:00Z, or since 15m, 2h or 7d ago', time)
    .option('--until <time>', 'only until then', time)
}

/** The filter among the options of a command. */
export function filterOf(options: EventFilter): EventFilter {
  const { source, type, status, mode, q, since, until } = options
  const given = Object.entries({ source, type, status, mode, q, since, until })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

export function isEmpty(filter: EventFilter): boolean {
  return Object.keys(filter).length === 0
}

function time(text: string): string {
  return toTimestamp(parseTime(text, systemClock.now()))
}

/** Milliseconds since 1970, of a time or of how long ago it was. */
export function parseTime(text: string, nowMs: number): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count !== undefined) return nowMs - Number(count) * (unitsMs[unit] ?? 0)
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new InvalidArgumentError('It is a time such as 2026-01-31T12:00:00Z, or 15m, 2h or 7d ago.')
}
