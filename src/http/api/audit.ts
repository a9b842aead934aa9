/** `/audit`: who did what, and whether what is written there is still what was written. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { AuditEntry } from '../../storage/audit.ts'
import { verifyAudit } from '../../storage/audit-chain.ts'
import type { Served } from '../served.ts'
import { given, text, timestamp } from './fields.ts'
import { listOf, pageLimitDefault, pageQuery } from './page.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const tags = ['Audit']

const auditView = z
  .object({
    seq: z.int(),
    at: timestamp,
    actor: z.object({ kind: z.string(), id: z.string() }),
    action: z.string().openapi({ example: 'key.rotate' }),
    subject: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .openapi('AuditEntry') satisfies z.ZodType<wire.AuditView>

const auditCheck = z
  .object({
    isWhole: z.boolean(),
    entries: z.int(),
    head: z.object({ seq: z.int(), hash: z.string() }).nullable(),
    brokenAt: z.int().nullable(),
    fault: z.enum(['changed', 'missing', 'cut_off', 'not_written_here', 'head_differs']).nullable(),
  })
  .openapi('AuditCheck') satisfies z.ZodType<wire.AuditCheck>

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags,
  summary: 'The audit log, newest first',
  request: {
    query: strict({ action: text.optional(), subject: text.optional(), ...pageQuery }),
  },
  responses: { 200: json(listOf(auditView), 'A page of entries.'), ...refusals },
})

const check = createRoute({
  method: 'get',
  path: '/audit/verify',
  tags,
  summary: 'Follow the chain of the audit log from its beginning to its end',
  request: {
    query: strict({
      head: z
        .string()
        .regex(/^\d{1,15}:[0-9a-f]{64}$/, 'is not <number>:<hash>')
        .optional()
        .openapi({ description: 'The end that an earlier check printed: it must be there still.' }),
    }),
  },
  responses: { 200: json(auditCheck, 'What was found.'), ...refusals },
})

export function addAudit(router: ApiRouter, { storage }: Served): void {
  router.openapi(list, async (context) => {
    const { limit = pageLimitDefault, cursor, ...filter } = context.req.valid('query')
    const before = cursor === undefined ? {} : { before: Number(cursor) }
    const found = await storage.auditEntries(given(filter), { limit: limit + 1, ...before })
    const shown = found.slice(0, limit)
    const next = found.length > limit ? String(shown.at(-1)?.seq) : null
    return context.json({ data: shown.map(toAuditView), next }, 200)
  })
  router.openapi(check, async (context) => {
    const [seq, hash = ''] = context.req.valid('query').head?.split(':') ?? []
    const known = seq === undefined ? undefined : { seq: Number(seq), hash }
    return context.json(toCheck(await verifyAudit(storage, known)), 200)
  })
}

function toAuditView({ seq, at, actor, action, subject, details }: AuditEntry) {
  return { seq, at: toTimestamp(at), actor, action, subject, details }
}

function toCheck(verified: Awaited<ReturnType<typeof verifyAudit>>): wire.AuditCheck {
  const { isWhole, entries } = verified
  if (verified.isWhole) {
    return { isWhole, entries, head: verified.head, brokenAt: null, fault: null }
  }
  const { brokenAt, fault } = verified
  return { isWhole, entries, head: null, brokenAt, fault }
}
