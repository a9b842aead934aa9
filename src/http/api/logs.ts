/** `/logs`: the last lines that this process wrote; `/live/hookline/logs` has the new ones. */
import { createRoute, z } from '@hono/zod-openapi'
import type { LogLine } from '../../base/log-lines.ts'
import type * as wire from '../../client/wire.ts'
import type { Paged } from '../../storage/storage.ts'
import { toLineView } from '../log-line.ts'
import type { Served } from '../served.ts'
import { moment, text, timestamp } from './fields.ts'
import { listOf, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const level = z.enum(['info', 'warn', 'error'])

const lineView = z
  .object({
    number: z.int().openapi({ description: 'Counts up in one process.' }),
    at: timestamp,
    level,
    message: z.string(),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .openapi('LogLine') satisfies z.ZodType<wire.LogLineView>

const list = createRoute({
  method: 'get',
  path: '/logs',
  tags: ['Logs'],
  summary: 'Lines of the log, newest first, of the process that answers',
  request: {
    query: strict({
      event: text.optional().openapi({ description: 'The id of an event.' }),
      source: text.optional(),
      level: level.optional().openapi({ description: 'This one, and what is graver.' }),
      since: moment.optional(),
      until: moment.optional(),
      q: text.optional().openapi({ description: 'Found in the message or a field.' }),
      ...pageQuery,
    }),
  },
  responses: { 200: json(listOf(lineView), 'A page of lines.'), ...refusals },
})

interface LineFilter {
  readonly event?: string | undefined
  readonly source?: string | undefined
  readonly level?: LogLine['level'] | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly q?: string | undefined
}

export function addLogs(router: ApiRouter, { logs }: Served): void {
  router.openapi(list, (context) => {
    const query = context.req.valid('query')
    return context.json(toList(pageOfLines(logs.lines, query), toLineView), 200)
  })
}

function pageOfLines(
  lines: readonly LogLine[],
  query: LineFilter & Parameters<typeof toPage>[0],
): Paged<LogLine> {
  const { limit, cursor } = toPage(query)
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
  const found = lines.filter((line) => line.number < before && matches(line, query)).reverse()
  const data = found.slice(0, limit)
  const last = data.at(-1)
  return { data, next: last && found.length > limit ? String(last.number) : null }
}

const levels: readonly LogLine['level'][] = ['info', 'warn', 'error']

function matches(line: LogLine, { event, source, level, since, until, q }: LineFilter): boolean {
  const { fields } = line
  return (
    (event === undefined || fields.event === event) &&
    (source === undefined || fields.source === source) &&
    (level === undefined || levels.indexOf(line.level) >= levels.indexOf(level)) &&
    (since === undefined || line.at >= since) &&
    (until === undefined || line.at < until) &&
    (q === undefined || textOf(line).includes(q.toLowerCase()))
  )
}

function textOf({ message, fields }: LogLine): string {
  const values = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
  return [message, ...values].join(' ').toLowerCase()
}
