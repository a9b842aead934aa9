/** The steps against providers that are pretended: the network is all that is not real. */
import { expect, test } from 'vitest'
import { providerApis } from '../providers/apis/registry.ts'
import { connectDeclarationOf } from '../providers/connect/registry.ts'
import { stripeApiVersion } from '../providers/connect/stripe.ts'
import { providers } from '../providers/index.ts'
import { apiVersion as sandboxApiVersion } from '../sandbox/stripe/objects/event.ts'
import type { Connection } from '../storage/connections.ts'
import { newConnector } from './connect.ts'
import type { ConnectSource } from './target.ts'

const actor = { kind: 'cli', id: 'test' } as const
const url = 'https://app.example.com/webhooks/it'

interface Remote {
  id: number
  body: Record<string, unknown>
}

/** Keeps hooks by REST below one path, and answers with what `show` makes of each. */
function pretend(path: string, show: (remote: Remote) => object, wrap?: string) {
  const remotes: Remote[] = []
  const calls: string[] = []
  const answer = (method: string, at: string, body: Record<string, unknown>): unknown => {
    const remote = remotes.find(({ id }) => at.startsWith(`${path}/${id}`))
    if (method === 'POST' && at === path) {
      const made = { id: remotes.length + 1, body }
      remotes.push(made)
      return show(made)
    }
    if (!remote) {
      const all = remotes.map(show)
      return wrap === undefined ? all : { [wrap]: all }
    }
    if (method === 'DELETE') remotes.splice(remotes.indexOf(remote), 1)
    if (method === 'PATCH') Object.assign(remote.body, body)
    return show(remote)
  }
  const call = async (_: unknown, at: string, init: RequestInit) => {
    calls.push(`${init.method} ${at}`)
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : {}
    return Response.json(answer(init.method ?? 'GET', at.replace(/\?.*/, ''), body))
  }
  return { remotes, calls, call }
}

function begin(
  name: 'github' | 'resend' | 'paypal',
  types: string[],
  call: ReturnType<typeof pretend>['call'],
) {
  const vault = new Map<string, string>()
  let connection: Connection | undefined
  const connector = newConnector({
    clock: { now: () => 1_800_000_000_000 },
    storage: {
      connection: async () => connection,
      saveConnection: async (saved) => {
        connection = saved
        return saved
      },
      lastEvent: async () => undefined,
    },
    vault: {
      set: async (key) => keep(key),
      rotate: async (key) => keep(key),
      fingerprint: (value) => `mark of ${value.length} ${value.at(-1)}`,
    },
    lookup: {
      find: async ([key = '']) => ({
        name: key,
        origin: vault.has(key) ? 'vault' : undefined,
        values: [vault.get(key) ?? []].flat(),
        goodUntil: [],
        changesAt: null,
      }),
      check: async () => true,
    },
    call,
  })
  const keep = ({
    name: key,
    value,
    mode,
  }: {
    name: string
    value: string
    mode: 'test' | 'live'
  }) => {
    vault.set(key, value)
    const none = { kind: null, lastUsedAt: null, graceUntil: null }
    return { ...none, name: key, mode, fingerprint: '', version: 1, createdAt: 0 }
  }
  const source = (): ConnectSource => ({
    ...{ name: 'it', mode: 'test', provider: name, types, sharesSecretWith: undefined },
    secretNames: providers[name].secretNames,
    secrets: [...vault.values()],
    secretOrigin: vault.size > 0 ? 'vault' : undefined,
    declaration: connectDeclarationOf(name),
    api: providerApis.get(name),
    newSecret: () => providers[name].newSecret(),
  })
  const kinds = async (options: object) =>
    (await connector.check(source(), { url, ...options })).map(({ kind }) => kind)
  const ensure = (options: object) => connector.ensure(source(), { url, ...options }, actor)
  return { connector, source, vault, kinds, ensure }
}

test('GitHub is told a secret that the source has, and again at each change', async () => {
  const path = '/repos/octocat/hello-world/hooks'
  const shown = ({ id, body }: Remote) => ({ id, ...body })
  const { remotes, calls, call } = pretend(path, shown)
  const types = ['issues', 'ping']
  const { kinds, ensure, vault, connector, source } = begin('github', types, call)
  await expect(ensure({})).rejects.toMatchObject({
    code: 'payload_invalid',
    message: expect.stringContaining('--repository octocat/hello-world'),
  })
  await expect(ensure({ place: '../../user' })).rejects.toMatchObject({ code: 'payload_invalid' })
  await expect(ensure({ place: 'a/..' })).rejects.toMatchObject({ code: 'payload_invalid' })
  expect(calls).toEqual([])
  const place = 'octocat/hello-world'
  expect(await ensure({ place })).toMatchObject({ did: 'created', types: ['issues'] })
  const config = { url, content_type: 'json', insecure_ssl: '0', secret: [...vault.values()][0] }
  expect(remotes[0]?.body).toMatchObject({ events: ['issues'], active: true, config })
  expect(await kinds({})).toEqual([])
  types.push('push')
  expect(await kinds({})).toEqual(['type_not_subscribed'])
  expect(await ensure({})).toMatchObject({ did: 'changed' })
  expect(remotes[0]?.body).toMatchObject({ events: ['issues', 'push'], config })
  expect(await kinds({ url: 'https://new.example.com/webhooks/it' })).toEqual(['url_differs'])
  expect(await connector.sendEvent(source(), {})).toBe(true)
  expect(calls.at(-1)).toBe(`POST ${path}/1/pings`)
  expect(remotes).toHaveLength(1)
})

test('Resend is asked for the secret of an endpoint, be it new or not', async () => {
  const shown = ({ id, body }: Remote) => ({ id, ...body, signing_secret: `whsec_of${id}` })
  const { remotes, call } = pretend('/webhooks', shown, 'data')
  const { kinds, ensure, vault } = begin('resend', ['email.bounced'], call)
  expect(await ensure({})).toMatchObject({ did: 'created' })
  expect([...vault.values()]).toEqual(['whsec_of1'])
  vault.clear()
  expect(await kinds({})).toEqual(['secret_unknown'])
  expect(await ensure({})).toMatchObject({ did: 'changed' })
  expect([...vault.values()]).toEqual(['whsec_of1'])
  expect(await kinds({})).toEqual([])
  expect(remotes).toHaveLength(1)
  const all = begin('resend', ['*'], call)
  await expect(all.ensure({})).rejects.toMatchObject({ code: 'connect_nothing' })
})

test('the id of a PayPal webhook becomes the secret of its source', async () => {
  const shown = ({ id, body }: Remote) => ({ id: String(id), ...body })
  const { remotes, call } = pretend('/v1/notifications/webhooks', shown, 'webhooks')
  const { kinds, ensure, vault } = begin('paypal', ['PAYMENT.SALE.COMPLETED'], call)
  expect(await ensure({})).toMatchObject({ did: 'created', endpointId: '1' })
  expect([...vault.values()]).toEqual(['1'])
  expect(remotes[0]?.body).toEqual({ url, event_types: [{ name: 'PAYMENT.SALE.COMPLETED' }] })
  expect(await kinds({})).toEqual([])
})

test('a provider that answers otherwise than its API does is not trusted', async () => {
  const answers = [
    [Response.json({ message: 'gone' }, { status: 404 }), 'endpoint_refused'],
    [Response.json({ message: 'Bad credentials' }, { status: 401 }), 'api_key_refused'],
    [new Response('busy', { status: 503 }), 'egress_failed'],
    [new Response('<html>'), 'endpoint_refused'],
  ] as const
  for (const [answer, code] of answers) {
    const { ensure } = begin('resend', ['email.sent'], async () => answer.clone())
    await expect(ensure({})).rejects.toMatchObject({ code })
  }
})

test('the key of a live source goes to its provider alone', async () => {
  const { connector, source } = begin('resend', ['email.sent'], async () => new Response())
  const apiBase = 'http://127.0.0.1:4601'
  const live = { ...source(), mode: 'live' as const }
  await expect(connector.check(live, { url, apiBase })).rejects.toMatchObject({
    code: 'payload_invalid',
  })
  const elsewhere = { url, apiBase: 'http://127.0.0.1.example.com' }
  await expect(connector.check(source(), elsewhere)).rejects.toMatchObject({
    code: 'payload_invalid',
  })
})

test('every provider of the registry has steps, with a URL and a secret to fill in', () => {
  for (const name of Object.keys(providers)) {
    const steps = connectDeclarationOf(name)?.endpointSteps.join(' ')
    expect(steps, name).toContain('{url}')
  }
  expect(connectDeclarationOf('constructor')).toBeUndefined()
  expect(stripeApiVersion).toBe(sandboxApiVersion)
})
