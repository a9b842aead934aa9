/**
 * Settles many deliveries in a handful of statements: one fence, one look at all documents, what
 * the handlers asked for, and one write for each table. The outcome per delivery is that of
 * `settle.settleDelivery`, run for one after the other; the conformance suite holds both to it.
 */
import { recordFenced } from '../attempts.ts'
import { asText, type Context, type Program, type Row, rows } from '../program.ts'
import { settleDelivery } from '../settle.ts'
import type { Settled } from '../storage.ts'
import { bigintList, textList } from './binary.ts'
import { asStored, holdDocuments } from './held-documents.ts'
import { failedAt } from './pipeline.ts'
import {
  type Ending,
  type Member,
  newGroup,
  type SettleRequest,
  settleMember,
  writeGroup,
} from './settling.ts'

export function* settleDeliveriesAtOnce(
  context: Context,
  requests: readonly SettleRequest[],
): Program<Settled[]> {
  const settled: Results = new Map()
  let together = new Map<string, Ending>()
  for (const request of requests) {
    const { lease, settlement } = request
    if (settlement.outcome !== 'released' && !together.has(lease.id)) {
      together.set(lease.id, { request, settlement })
      continue
    }
    // What is handed back has other rules, and a second settlement of one delivery is judged by
    // what the first has left.
    yield* settleTogether(context, [...together.values()], settled)
    together = new Map()
    settled.set(request, yield* settleDelivery(context, lease, settlement))
  }
  yield* settleTogether(context, [...together.values()], settled)
  return requests.map((request) => settled.get(request) ?? { result: 'fenced' })
}

type Results = Map<SettleRequest, Settled>

function* settleTogether(
  context: Context,
  endings: readonly Ending[],
  settled: Results,
): Program<void> {
  if (endings.length === 0) return
  const running = yield* fence(context, endings)
  const members: Member[] = []
  for (const { request, settlement } of endings) {
    const row = running.get(request.lease.id)
    if (row) members.push({ request, settlement, row })
    else yield* recordFenced(context.now, request.lease)
  }
  yield* settleAll(context, members, settled)
}

/**
 * The rows that are still held under their tokens, by id, locked in one order everywhere. They are
 * found by their id alone: an index of all that run holds entries of all that ran.
 */
function* fence({ now }: Context, endings: readonly Ending[]): Program<Map<string, Row>> {
  const leases = endings.map(({ request }) => request.lease)
  leases.sort((a, b) => (a.id < b.id ? -1 : 1))
  const found: Row[] = yield {
    text: `select held.* from unnest($1::text[], $2::bigint[]) as lease(id, token)
      cross join lateral (select seq, id, event_id, target, order_key, state, attempts, due_at,
          started_at, parked_on, last_error, created_at, updated_at from deliveries
        where id = lease.id and token = lease.token and state || '' = 'running'
          and lease_until + 0 > $3 for update) held`,
    values: [
      textList(leases.map(({ id }) => id)),
      bigintList(leases.map(({ token }) => token)),
      now,
    ],
  }
  return new Map(found.map((row) => [asText(row.id), row]))
}

/**
 * A statement of the app's may fail; then nothing of this set stays, those before and those behind
 * it are settled anew, and it alone as it would be by itself.
 */
function* settleAll(context: Context, members: readonly Member[], settled: Results): Program<void> {
  if (members.length === 0) return
  const group = newGroup(context, yield* holdDocuments(pathsOf(members)))
  try {
    for (const member of members) {
      settled.set(member.request, yield* settleMember(group, member))
    }
    yield* writeGroup(group)
    return
  } catch (error) {
    const culprit = group.sent[failedAt(error) ?? -1]
    if (!group.isSaved || !culprit) throw error
    yield* rows('rollback to savepoint settled')
    yield* settleWithout(context, { members, culprit }, settled)
  }
}

function* settleWithout(
  context: Context,
  { members, culprit }: { members: readonly Member[]; culprit: Member | 'all' },
  settled: Results,
): Program<void> {
  const isUnknown = culprit === 'all' && members.length > 1
  const at = culprit === 'all' ? members.length >> 1 : members.indexOf(culprit)
  const only = isUnknown ? undefined : members[at]
  yield* settleAll(context, members.slice(0, at), settled)
  if (only) {
    const { lease, settlement } = only.request
    settled.set(only.request, yield* settleDelivery(context, lease, settlement))
  }
  yield* settleAll(context, members.slice(only ? at + 1 : at), settled)
}

/** All that is read or written, for it is locked at once and in order. */
function pathsOf(members: readonly Member[]): Set<string> {
  const paths = new Set<string>()
  for (const { settlement } of members) {
    if (settlement.outcome === 'parked') paths.add(asStored(settlement.on))
    if (settlement.outcome !== 'done') continue
    for (const { path } of settlement.reads) paths.add(asStored(path))
    for (const effect of settlement.effects) {
      if ('path' in effect) paths.add(asStored(effect.path))
    }
  }
  return paths
}
