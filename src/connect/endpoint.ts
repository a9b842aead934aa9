/**
 * Brings the endpoint at the provider to what the app wants: makes it, changes it, or puts another
 * in its place. Killed at any moment, the next run finds what is there and makes no second one.
 */
import { HooklineError } from '../base/errors.ts'
import type { RemoteEndpoint, WantedEndpoint } from '../providers/connect/declaration.ts'
import type { Actor } from '../storage/audit.ts'
import { ask } from './ask.ts'
import type { Drift } from './drift.ts'
import type { ConnectParts } from './parts.ts'
import { notUnderstood, type Survey, shownSecret, survey } from './survey.ts'
import type { ConnectOptions, ConnectSource } from './target.ts'

/** For so long the secret before is good too: what is under way was signed with it. */
const graceMs = 86_400_000

export interface Ensured {
  readonly did: 'created' | 'kept' | 'changed' | 'replaced'
  readonly endpointId: string
  readonly url: string
  readonly types: readonly string[]
  readonly apiVersion: string | null
  /** What was found and put right. */
  readonly repaired: readonly Drift[]
}

export interface Ensuring {
  readonly source: ConnectSource
  readonly options: ConnectOptions
  readonly actor: Actor
}

export async function ensureEndpoint(parts: ConnectParts, ensuring: Ensuring): Promise<Ensured> {
  const found = await survey(parts, ensuring.source, ensuring.options)
  const did = wayOf(found)
  const endpointId = await carryOut(parts, ensuring, found, did)
  for (const { id } of found.ours.orphans) await remove(parts, found, id)
  const { wanted, endpoints, drift } = found
  return {
    ...{ did, endpointId, url: wanted.url, types: wanted.types },
    apiVersion: endpoints.apiVersion ?? null,
    repaired: drift.filter(({ kind }) => kind !== 'endpoint_missing'),
  }
}

function wayOf({ ours, drift, endpoints, wanted }: Survey): Ensured['did'] {
  if (!ours.current && ours.foreign) throw foreign(ours.foreign, wanted)
  if (!ours.current) return 'created'
  const kinds = drift.map(({ kind }) => kind)
  const isSecretLost = kinds.includes('secret_unknown') && endpoints.secret === 'shown-once'
  if (isSecretLost || kinds.includes('api_version_differs')) return 'replaced'
  return kinds.some((kind) => kind !== 'endpoint_orphaned') ? 'changed' : 'kept'
}

async function carryOut(
  parts: ConnectParts,
  ensuring: Ensuring,
  found: Survey,
  did: Ensured['did'],
): Promise<string> {
  const { current } = found.ours
  if (!current || did === 'created') return await create(parts, ensuring, found)
  if (did === 'replaced') {
    // The new one first: in between both send, and what comes twice is recognised.
    const id = await create(parts, ensuring, found)
    await remove(parts, found, current.id)
    return id
  }
  if (did === 'changed') await change(parts, ensuring, found, current)
  else await note(parts, found, { id: current.id, secret: ensuring.source.secrets[0] })
  return current.id
}

async function create(parts: ConnectParts, ensuring: Ensuring, found: Survey): Promise<string> {
  requireFreeSecret(ensuring.source, found)
  const wanted = await withSecret(parts, ensuring, found)
  const { endpoints, target } = found
  const made = endpoints.read(await ask(parts.call, target, endpoints.create(wanted)))
  // Some answers to the creation hold the id and the secret alone.
  if (!made) throw notUnderstood(target)
  const secret =
    endpoints.secret === 'chosen'
      ? wanted.secret
      : (made.secret ?? (await shownSecret(parts, found, made.id)))
  if (secret === undefined) throw notUnderstood(target)
  if (endpoints.secret !== 'chosen') await keepSecret(parts, ensuring, secret)
  await note(parts, found, { id: made.id, secret, isNew: true })
  return made.id
}

async function change(
  parts: ConnectParts,
  ensuring: Ensuring,
  found: Survey,
  current: RemoteEndpoint,
): Promise<void> {
  const { endpoints, target } = found
  const wanted = await withSecret(parts, ensuring, found)
  await ask(parts.call, target, endpoints.update(current.id, wanted))
  let secret = wanted.secret ?? ensuring.source.secrets[0]
  if (endpoints.secret === 'readable') {
    secret = current.secret ?? (await shownSecret(parts, found, current.id)) ?? secret
    const isKnown = secret === undefined || ensuring.source.secrets.includes(secret)
    if (!isKnown && secret !== undefined) {
      requireFreeSecret(ensuring.source, found)
      await keepSecret(parts, ensuring, secret)
    }
  }
  await note(parts, found, { id: current.id, secret })
}

/** Stored before the provider is told: what it signs at once is then accepted at once. */
async function withSecret(
  parts: ConnectParts,
  ensuring: Ensuring,
  { endpoints, wanted }: Survey,
): Promise<WantedEndpoint> {
  if (endpoints.secret !== 'chosen' || wanted.secret !== undefined) return wanted
  const secret = ensuring.source.newSecret()
  await keepSecret(parts, ensuring, secret)
  return { ...wanted, secret }
}

async function keepSecret(
  { vault, lookup }: ConnectParts,
  { source, actor }: Ensuring,
  value: string,
): Promise<void> {
  const [name] = source.secretNames
  if (name === undefined) return
  const key = { name, mode: source.mode, value }
  const { origin } = await lookup.find([name], source.mode)
  if (origin === 'vault') await vault.rotate({ ...key, graceMs }, actor)
  else await vault.set(key, actor)
  // From here on this process takes what is signed with it.
  await lookup.check()
}

interface Noted {
  readonly id: string
  readonly secret: string | undefined
  readonly isNew?: boolean
}

async function note(parts: ConnectParts, { connection, wanted }: Survey, noted: Noted) {
  const { id, secret, isNew = false } = noted
  await parts.storage.saveConnection({
    ...connection,
    endpointId: id,
    secretMark: secret === undefined ? null : (parts.vault.fingerprint(secret) ?? null),
    place: wanted.place === '' ? null : wanted.place,
    endpointAt: isNew ? parts.clock.now() : (connection.endpointAt ?? parts.clock.now()),
  })
}

async function remove(parts: ConnectParts, found: Survey, id: string): Promise<void> {
  const { endpoints, target, wanted } = found
  await ask(parts.call, target, endpoints.remove(id, wanted.place))
}

/** A new secret goes into the vault, which must be where the source looks. */
function requireFreeSecret(source: ConnectSource, { endpoints }: Survey): void {
  const { secretOrigin, secretNames, sharesSecretWith, name } = source
  if (endpoints.secret === 'chosen') return
  if (sharesSecretWith !== undefined) {
    throw new HooklineError(
      'secret_hidden',
      `The sources '${name}' and '${sharesSecretWith}' look for their secret under the same ` +
        'name. The new secret would become that of both. Give one of them its secrets in ' +
        'hookline({ sources }).',
    )
  }
  if (secretOrigin === undefined || ['vault', 'dev'].includes(secretOrigin)) return
  const where = secretOrigin === 'code' ? 'in hookline({ sources })' : `in ${secretOrigin}`
  throw new HooklineError(
    'secret_hidden',
    `The secret of '${name}' is set ${where}, which comes before the vault. The new endpoint has ` +
      `a new secret that would not be used. Take ${secretNames[0]} away there, start the server ` +
      'again, and connect again.',
  )
}

function foreign({ id }: RemoteEndpoint, { url, source }: WantedEndpoint): HooklineError {
  return new HooklineError(
    'endpoint_refused',
    `The provider has an endpoint for ${url} already, ${id}, that was not made from here. ` +
      'Somebody likely made it by hand, and its secret is shown there alone. Give that to ' +
      '`hookline keys set`, or delete the endpoint there and run ' +
      `\`hookline connect ${source}\` again.`,
  )
}
