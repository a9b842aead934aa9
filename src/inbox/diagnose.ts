/**
 * Works out for the operator which common mistake made a signature fail, by checking the request
 * again as it may have been meant. Never for the sender: it runs after the answer is made, and
 * within a budget, so that a flood of bad requests costs nothing.
 */
import type { VerifyContext, VerifyOutcome, WebhookRequest } from '../providers/provider.ts'
import type { RejectionReason } from './explain.ts'
import { cleanSecret, faultWords, secretFault } from './secret-faults.ts'
import type { Source, Sources } from './sources.ts'
import { bodyVariants, urlVariants } from './variants.ts'

/** Larger bodies are not looked into: each check is a digest over all of it. */
const diagnosedBytesMax = 65_536
/** Of one source in one minute. */
export const diagnosesPerMinuteMax = 10
const minuteMs = 60_000
const otherSecretsMax = 16
const timesMax = 6
/** Far beyond any age: with it only the signature decides. */
const anyAgeSeconds = 1e11

export interface Refusal {
  readonly source: Source
  readonly sources: Sources
  readonly request: WebhookRequest
  readonly reason: RejectionReason
  /** Unix seconds. */
  readonly now: number
}

/** How many refusals of each source were looked into in the present minute. */
export type DiagnosisBudget = Map<string, { sinceMs: number; count: number }>

/** Whether one more may be looked into, which is then counted. */
export function takeDiagnosis(budget: DiagnosisBudget, source: string, nowMs: number): boolean {
  const spent = budget.get(source)
  if (!spent || nowMs - spent.sinceMs >= minuteMs || nowMs < spent.sinceMs) {
    budget.set(source, { sinceMs: nowMs, count: 1 })
    return true
  }
  spent.count++
  return spent.count <= diagnosesPerMinuteMax
}

/** What happened, likely why and what to do; undefined where no common mistake explains it. */
export async function diagnose(refusal: Refusal): Promise<string | undefined> {
  const { request, reason } = refusal
  if (request.body.byteLength > diagnosedBytesMax) return undefined
  switch (reason) {
    case 'timestamp_too_old':
    case 'timestamp_in_future':
      return (await wrongClock(refusal)) ?? (await wrongSecretOrRequest(refusal))
    case 'signature_mismatch':
    case 'secret_missing':
      return await wrongSecretOrRequest(refusal)
    default:
      return undefined
  }
}

async function wrongSecretOrRequest(refusal: Refusal): Promise<string | undefined> {
  return (
    (await wrongForm(refusal)) ??
    (await otherSecret(refusal)) ??
    (await changedBody(refusal)) ??
    (await wrongUrl(refusal)) ??
    suspectForm(refusal)
  )
}

/** The request is right with a secret as it was likely meant. */
async function wrongForm(refusal: Refusal): Promise<string | undefined> {
  const { source } = refusal
  for (const secret of source.secrets) {
    const fault = secretFault(secret, source.provider)
    if (fault !== 'white_space' && fault !== 'quoted') continue
    if (await passes(refusal, { secrets: [cleanSecret(secret)] })) {
      return faultWords(source.name, fault, namesOf(source))
    }
  }
  return undefined
}

/** Nothing proves it, but a secret of this form can not be right. */
function suspectForm({ source }: Refusal): string | undefined {
  const faults = source.secrets.map((secret) => secretFault(secret, source.provider))
  const fault = faults.find((found) => found === 'api_key') ?? faults.find(Boolean)
  return fault && faultWords(source.name, fault, namesOf(source))
}

async function otherSecret(refusal: Refusal): Promise<string | undefined> {
  const { source, sources } = refusal
  const others = [...sources.values()]
    .filter(({ name }) => name !== source.name)
    .flatMap((other) => other.secrets.map((secret) => ({ other, secret })))
    .filter(({ secret }) => !source.secrets.includes(secret))
    .slice(0, otherSecretsMax)
  if (others.length === 0) return undefined
  const outcome = await check(refusal, { secrets: others.map(({ secret }) => secret) })
  const found = outcome?.ok ? others[outcome.secretIndex]?.other : undefined
  if (!found) return undefined
  if (found.mode !== source.mode) {
    return (
      `It is signed with the ${found.mode} secret, that of '${found.name}', and '${source.name}' ` +
      `takes ${source.mode} events. Its URL was likely registered in the provider's ` +
      `${found.mode} mode. Register /webhooks/${found.name} there.`
    )
  }
  return (
    `It is signed with the secret of '${found.name}'. The URL of '${source.name}' was likely ` +
    `registered for that one, or the secrets are swapped. Compare ${namesOf(source)} with the ` +
    `provider's page for /webhooks/${source.name}.`
  )
}

async function changedBody(refusal: Refusal): Promise<string | undefined> {
  const { source, request } = refusal
  for (const { body, change } of bodyVariants(request.body)) {
    if (!(await passes(refusal, {}, { body }))) continue
    return (
      `The signature of '${source.name}' is right for another form of this body: ${change} on ` +
      `its way. A proxy, a framework or a function in front likely does that. Have it pass on ` +
      `the bytes as they came.`
    )
  }
  return undefined
}

async function wrongUrl(refusal: Refusal): Promise<string | undefined> {
  const { source, request } = refusal
  const { publicUrl } = source.settings
  if (!source.provider.signsUrl || publicUrl === undefined) return undefined
  for (const { url, difference } of urlVariants(publicUrl, request)) {
    const settings = { ...source.settings, publicUrl: url }
    if (!(await passes(refusal, { settings }))) continue
    return (
      `The signature of '${source.name}' is right for another URL, ${difference}. The one that ` +
      `is set here is likely not the one registered with the provider. Set settings.publicUrl to ` +
      `exactly that one.`
    )
  }
  return undefined
}

async function wrongClock(refusal: Refusal): Promise<string | undefined> {
  const { source, now } = refusal
  const outcome = await check(refusal, { settings: aged(source, anyAgeSeconds) })
  if (!outcome?.ok) return undefined
  for (const time of timesIn(refusal, outcome)) {
    // Only the time that is signed is right to the second.
    if (!(await passes(refusal, { now: time, settings: aged(source, 1) }))) continue
    const seconds = Math.abs(now - time)
    const side = time < now ? 'before' : 'after'
    const why = time < now ? 'ahead, or the request is an old one sent again' : 'behind'
    return (
      `The signature of '${source.name}' is right, and made ${seconds} s ${side} this machine's ` +
      `time. This clock is ${why}. Compare it with a time server.`
    )
  }
  return undefined
}

function aged(source: Source, toleranceSeconds: number): Source['settings'] {
  return { ...source.settings, toleranceSeconds }
}

/** Unix seconds that stand in the headers, or in the event. */
function timesIn({ request }: Refusal, outcome: VerifyOutcome): number[] {
  const texts = request.headers.flatMap(
    ([, value]) => value.match(/\b(\d{13}|\d{10})\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [],
  )
  const times = texts.map((text) =>
    /^\d+$/.test(text) ? Number(text) / (text.length === 13 ? 1000 : 1) : Date.parse(text) / 1000,
  )
  if (outcome.ok && outcome.occurredAt !== undefined) times.push(outcome.occurredAt / 1000)
  return times.map(Math.round).filter(Number.isSafeInteger).slice(0, timesMax)
}

async function passes(
  refusal: Refusal,
  context: Partial<VerifyContext>,
  request: Partial<WebhookRequest> = {},
): Promise<boolean> {
  return (await check(refusal, context, request))?.ok ?? false
}

/** Without the network: a stranger must not make this server call anybody a second time. */
async function check(
  { source, request, now }: Refusal,
  context: Partial<VerifyContext>,
  changed: Partial<WebhookRequest> = {},
): Promise<VerifyOutcome | undefined> {
  const { secrets, settings, provider } = source
  return await provider.verify({ ...request, ...changed }, { secrets, settings, now, ...context })
}

function namesOf({ provider }: Source): string {
  return provider.secretNames.join(' or ') || 'its secret'
}
