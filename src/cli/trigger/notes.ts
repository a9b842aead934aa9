/**
 * What a 200 does not say of a triggered event: that the sandbox has no sample of its type, and
 * that no handler takes it. A hint: where nobody can be asked, nothing is said.
 */
import { parseJson } from '../../base/json.ts'
import { findServer } from '../events/server.ts'
import { printableLine } from '../printable.ts'

const answerMsMax = 2_000

export interface Triggered {
  readonly sandboxUrl: string
  readonly source: string
  readonly type: string
  /** What the server answered to one of the events. */
  readonly answer: string | null | undefined
}

/** One line, or undefined where there is nothing to say. */
export async function noteOn(triggered: Triggered): Promise<string | undefined> {
  const { type, source } = triggered
  const [isUnknown, isUnhandled] = await Promise.all([
    hasNoSample(triggered).catch(() => false),
    hasNoHandler(triggered).catch(() => false),
  ])
  const facts = [
    ...(isUnknown ? ['the sandbox has no sample of this type, so what it sent is a guess'] : []),
    ...(isUnhandled ? [`no handler of '${source}' takes it, so it was stored and no more`] : []),
  ]
  if (facts.length === 0) return undefined
  return printableLine(`Note on ${type}: ${facts.join('; ')}. Is it spelt as the provider does?`)
}

async function hasNoSample({ sandboxUrl, type }: Triggered): Promise<boolean> {
  const response = await fetch(`${sandboxUrl}/_sandbox/catalogue`, {
    signal: AbortSignal.timeout(answerMsMax),
  })
  const { data } = Object(parseJson(await response.text())) as { data?: unknown } // checked below
  if (!Array.isArray(data)) return false
  const known = data.flatMap((one): unknown[] => [Object(one).types].flat())
  return known.length > 0 && !known.includes(type)
}

async function hasNoHandler({ answer }: Triggered): Promise<boolean> {
  const { id } = Object(parseJson(answer ?? '')) as { id?: unknown } // checked in the next line
  if (typeof id !== 'string' || !/^evt_\w{1,40}$/.test(id)) return false
  const { status } = await findServer({}).api.events.get(id)
  return status === 'unhandled'
}
