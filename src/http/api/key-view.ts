/**
 * The keys as the API shows them: those of the vault, and the names that the app wants, each with
 * where its value comes from.
 */
import { z } from '@hono/zod-openapi'
import { HooklineError } from '../../base/errors.ts'
import type { Mode } from '../../base/mode.ts'
import type * as wire from '../../client/wire.ts'
import type { KeyRecord } from '../../vault/vault.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { timestamp, toTimestampOrNull } from './fields.ts'
import { learnKey } from './learn-deeds.ts'

export const keyView = z
  .object({
    name: z.string(),
    mode,
    origin: z.enum(['code', 'environment', '.env.local', 'vault', 'dev']).nullable(),
    usedBy: z.array(z.string()),
    kind: z.string().nullable().openapi({ example: 'Stripe webhook secret' }),
    fingerprint: z.string().nullable(),
    isHidden: z.boolean(),
    version: z.int().nullable(),
    createdAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
    graceUntil: timestamp.nullable(),
  })
  .openapi('Key') satisfies z.ZodType<wire.KeyView>

type KeyView = z.infer<typeof keyView>

type KeyServed = Pick<Served, 'inbox' | 'calls' | 'vault' | 'lookup' | 'mode'>

/** What wants a key: the first of these names that is set. */
interface Wanted {
  readonly by: string
  readonly names: readonly string[]
  readonly mode: Mode
}

/** By name, then mode. */
export async function keyViews(served: KeyServed): Promise<KeyView[]> {
  const records = await served.vault.list()
  const wanted = await Promise.all(wantedBy(served).map((each) => wantedView(served, each)))
  const stored = records.map((record) => storedView(record))
  const views = new Map<string, KeyView>()
  for (const view of [...wanted, ...stored]) {
    const id = `${view.name} ${view.mode}`
    const known = views.get(id)
    views.set(id, known ? merged(known, view) : view)
  }
  return [...views.values()].sort((a, b) => order(a.name, b.name) || order(a.mode, b.mode))
}

/** One of them. @throws HooklineError `key_unknown` */
export async function viewOf(served: KeyServed, name: string, mode: Mode): Promise<KeyView> {
  const view = (await keyViews(served)).find((each) => each.name === name && each.mode === mode)
  if (view) return view
  throw keyMissing(name, mode)
}

export function keyMissing(name: string, mode: Mode): HooklineError {
  return new HooklineError(
    'key_unknown',
    `The vault has no key ${name} for ${mode} mode. It is misspelt, of the other mode, or set ` +
      'elsewhere. GET /api/v1/keys lists them.',
  )
}

function wantedBy({ inbox, calls, mode }: KeyServed): Wanted[] {
  const sources = [...inbox.sources.values()]
    .filter(({ hasOwnSecrets, provider }) => !hasOwnSecrets && provider.secretNames.length > 0)
    .map(({ name, provider, mode }) => ({
      by: `source ${name}`,
      names: provider.secretNames,
      mode,
    }))
  const apis = [...calls.proxy.apis.values()]
    // A key to practise with is not missed: nothing of the app waits for it.
    .filter(({ key, keyNames }) => key === undefined && keyNames.some((one) => one !== learnKey))
    .map(({ name, keyNames }) => ({ by: `api ${name}`, names: keyNames, mode }))
  return [...sources, ...apis]
}

async function wantedView(
  { vault, lookup, inbox }: KeyServed,
  { by, names, mode }: Wanted,
): Promise<KeyView> {
  const found = await lookup.find(names, mode)
  const [newest] = found.values
  const isMade = inbox.sources.get(by.replace(/^source /, ''))?.live?.origin === 'dev'
  return {
    ...empty,
    name: found.name ?? names[0] ?? '',
    mode,
    origin: found.origin ?? (isMade ? 'dev' : null),
    usedBy: [by],
    fingerprint: newest === undefined ? null : (vault.fingerprint(newest) ?? null),
  }
}

function storedView(record: KeyRecord): KeyView {
  const { name, mode, kind, fingerprint, version } = record
  return {
    ...empty,
    name,
    mode,
    origin: 'vault',
    kind,
    fingerprint,
    version,
    createdAt: toTimestampOrNull(record.createdAt),
    lastUsedAt: toTimestampOrNull(record.lastUsedAt),
    graceUntil: toTimestampOrNull(record.graceUntil),
  }
}

const empty = {
  usedBy: [],
  kind: null,
  fingerprint: null,
  isHidden: false,
  version: null,
  createdAt: null,
  lastUsedAt: null,
  graceUntil: null,
}

/** Of what is wanted first, then of what is stored: another place than the vault hides it. */
function merged(first: KeyView, second: KeyView): KeyView {
  const usedBy = [...new Set([...first.usedBy, ...second.usedBy])]
  if (second.origin !== 'vault') return { ...first, usedBy }
  const isHidden = first.origin !== 'vault' && first.origin !== 'dev' && first.origin !== null
  if (!isHidden) return { ...second, usedBy }
  return { ...second, usedBy, isHidden, origin: first.origin, fingerprint: first.fingerprint }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
