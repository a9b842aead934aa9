/**
 * What of the exercises was done on this server, as its own records say: calls, refusals, events,
 * keys and the audit log. Nothing is ticked off by the page, and nothing is kept beside them.
 */

import { decodeUtf8 } from '../../base/bytes.ts'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import { flushRejections } from '../../inbox/rejections.ts'
import type { Source } from '../../inbox/sources.ts'
import type { Call } from '../../storage/calls.ts'
import type { Served } from '../served.ts'
import { learnType, practiceSource } from './learn-request.ts'

/** Whom the tokens of the exercises are for. */
export const learnSub = 'learn'
export const learnKey = 'LEARN_KEY'
const customersPath = '/v1/customers'
const lookedThroughMax = 200

interface Deed {
  readonly at: number
  readonly proof: string
}

type Step = wire.LearnStepView

/** The exercises in their order, each with its steps. */
export async function exercisesOf(served: Served): Promise<wire.LearnView['exercises']> {
  await served.calls.proxy.calls.flush()
  await flushRejections(served.inbox.rejections)
  const [call, receive, key] = await Promise.all([
    callSteps(served),
    receiveSteps(served),
    keySteps(served),
  ])
  return [
    { name: 'call', isDone: isDone(call), steps: call },
    { name: 'receive', isDone: isDone(receive), steps: receive },
    { name: 'key', isDone: isDone(key), steps: key },
  ]
}

function isDone(steps: readonly Step[]): boolean {
  return steps.every(({ doneAt }) => doneAt !== null)
}

function step(name: wire.LearnStepName, deed: Deed | undefined): Step {
  return { name, doneAt: deed ? toTimestamp(deed.at) : null, proof: deed?.proof ?? null }
}

/** Who read the answer knows the id in it, and asks for it. */
async function callSteps(served: Served): Promise<Step[]> {
  const calls = await answeredCalls(served, 'sandbox')
  const made = calls.find(({ method, path }) => method === 'POST' && path === customersPath)
  const read = calls.find(
    ({ method, path }) => method === 'GET' && path.startsWith(`${customersPath}/cus_`),
  )
  return [step('call_made', made && deedOf(made)), step('answer_read', read && deedOf(read))]
}

async function answeredCalls({ storage }: Served, api: string): Promise<readonly Call[]> {
  const filter = { api, sub: learnSub, status: 200, outcome: 'answered' } as const
  return (await storage.calls(filter, { limit: lookedThroughMax })).data
}

function deedOf({ id, startedAt }: Call): Deed {
  return { at: startedAt, proof: id }
}

async function receiveSteps(served: Served): Promise<Step[]> {
  const source = practiceSource(served)
  return [
    step('unsigned_refused', source && (await refused(served, source))),
    step('signed_stored', source && (await stored(served, source))),
  ]
}

async function refused({ storage }: Served, { name }: Source): Promise<Deed | undefined> {
  const filter = { sources: [name], reason: 'signature_missing' }
  const { data } = await storage.rejections(filter, { limit: lookedThroughMax })
  const found = data.find(
    ({ headers, body }) => isByCurl(headers) && (decodeUtf8(body) ?? '').includes(learnType),
  )
  return found && { at: found.at, proof: found.id }
}

/** What the sandbox or a replay sends is not what somebody sent by hand. */
async function stored({ storage }: Served, { name }: Source): Promise<Deed | undefined> {
  const filter = { source: name, type: learnType }
  const { data } = await storage.events(filter, { limit: lookedThroughMax })
  for (const { id } of data) {
    const event = await storage.event(id)
    if (event && isByCurl(event.headers)) return { at: event.receivedAt, proof: id }
  }
  return undefined
}

function isByCurl(headers: readonly (readonly [name: string, value: string])[]): boolean {
  return headers.some(
    ([name, value]) => name.toLowerCase() === 'user-agent' && value.startsWith('curl/'),
  )
}

async function keySteps(served: Served): Promise<Step[]> {
  const key = await keptKey(served)
  const [used] = await answeredCalls(served, 'learn')
  const searches = { action: 'key.search', subject: learnKey }
  const [searched] = await served.storage.auditEntries(searches, { limit: 1 })
  return [
    step('key_kept', key && { at: key.createdAt, proof: learnKey }),
    step('key_used', used && deedOf(used)),
    step('page_searched', searched && { at: searched.at, proof: learnKey }),
  ]
}

export async function keptKey({ vault, mode }: Pick<Served, 'vault' | 'mode'>) {
  const keys = await vault.list()
  return keys.find((key) => key.name === learnKey && key.mode === mode)
}
