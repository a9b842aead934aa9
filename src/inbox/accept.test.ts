import { afterEach, beforeEach, expect, test } from 'vitest'
import { custom, github, gitlab, providers, type SourceProvider } from '../providers/index.ts'
import { receive } from './receive.ts'
import { noteSecrets, readVerifiedWith } from './secret-notes.ts'
import { now, openInbox, type TestInbox } from './testing/inbox.ts'

const secret = 'a-secret-of-more-than-sixteen-characters'
const acme = custom({ name: 'acme', secretPath: true })
const body = Buffer.from('{"object_kind":"push"}')

let inbox: TestInbox

beforeEach(async () => {
  inbox = await openInbox({
    gitlab: gitlab({ secrets: secret }),
    github: github({ secrets: secret }),
    acme: acme({ secrets: secret }),
  })
})

afterEach(() => inbox.close())

async function storedHeaders(source: string, headers: readonly (readonly [string, string])[]) {
  const answer = await inbox.post(source, { headers, body })
  expect(answer).toMatchObject({ status: 200 })
  const { id } = JSON.parse('body' in answer ? answer.body : '{}') as { id: string }
  return Object.fromEntries((await inbox.storage.event(id))?.headers ?? [])
}

test('a header that is itself the secret is stored without its value, in any case', async () => {
  const headers = await storedHeaders('gitlab', [
    ['X-GITLAB-TOKEN', secret],
    ['X-Gitlab-Event', 'Push Hook'],
    ['Authorization', 'Bearer something'],
  ])
  expect(headers).toEqual({
    'X-GITLAB-TOKEN': '[withheld]',
    'X-Gitlab-Event': 'Push Hook',
    Authorization: '[withheld]',
  })
})

test('a signature is stored, and so is what is a secret at another provider only', async () => {
  const [[name, value] = ['', '']] = github.sign(body, { secret, now })
  const headers = await storedHeaders('github', [
    [name, value],
    ['X-Gitlab-Token', 'no secret here'],
  ])
  expect(headers).toEqual({ [name]: value, 'X-Gitlab-Token': 'no secret here' })
})

test('a secret is taken from the path, after the name of a source that has it there', async () => {
  await expect(inbox.post(`acme/${secret}`, { headers: [], body })).resolves.toMatchObject({
    status: 200,
  })
  const wrong = await inbox.post('acme/wrong', { headers: [], body })
  expect(wrong).toMatchObject({ code: 'webhook_refused' })
  expect(await inbox.post('acme', { headers: [], body })).toMatchObject({ code: 'webhook_refused' })
  const other = await inbox.post(`github/${secret}`, { headers: [], body })
  expect(other).toMatchObject({ code: 'source_unknown' })
})

test('the secret headers of the providers are those that carry the secret unchanged', () => {
  const secretHeaders = Object.entries<SourceProvider>(providers)
    .map(([name, provider]) => [name, provider.secretHeaders] as const)
    .filter(([, headers]) => headers.length > 0)
  expect(Object.fromEntries(secretHeaders)).toMatchObject({
    flutterwave: ['verif-hash'],
    gitlab: ['x-gitlab-token'],
    revenuecat: ['authorization'],
    telegram: ['x-telegram-bot-api-secret-token'],
  })
  for (const name of ['stripe', 'github', 'svix']) expect(providers).toHaveProperty(name)
  expect(secretHeaders.map(([name]) => name)).not.toContain('stripe')
})

test('keys that a database would make one stay two events', async () => {
  const stripe = await openInbox({ stripe: providers.stripe({ secrets: secret }) })
  const accepted = async (id: string) => {
    const bytes = Buffer.from(JSON.stringify({ id, type: 'x', livemode: false }))
    const headers = providers.stripe.sign(bytes, { secret, now })
    return await stripe.post('stripe', { headers, body: bytes })
  }
  for (const id of ['evt_a\0b', 'evt_a\ufffdb', 'evt_a\ud800b']) {
    const answer = await accepted(id)
    expect(JSON.parse('body' in answer ? answer.body : '{}')).toMatchObject({ duplicate: false })
    const again = await accepted(id)
    expect(JSON.parse('body' in again ? again.body : '{}')).toMatchObject({ duplicate: true })
  }
  await stripe.close()
})

test('an event is stored with which secret verified it, and never with the secret', async () => {
  const secrets = ['a-newer-secret-of-more-than-16-characters', secret]
  const own = await openInbox({ acme: acme({ secrets }) })
  const placeOf = (index: number) => ({ origin: 'vault' as const, name: `ACME_${index}` })
  const source = own.sources.get('acme')
  noteSecrets(source?.secrets ?? [], {
    ...{ provider: 'acme', fingerprint: (value) => `f${value.length}`, placeOf },
  })
  const url = `http://localhost/webhooks/acme/${secret}`
  const answer = await receive(own, {
    ...{ source: `acme/${secret}`, method: 'POST', url, headers: [] },
    readBody: async () => body,
  })
  const { id } = JSON.parse('body' in answer ? answer.body : '{}') as { id: string }
  const stored = (await own.storage.event(id))?.verifiedWith ?? null
  expect(readVerifiedWith(stored)).toEqual({
    ...{ position: 2, of: 2, origin: 'vault', name: 'ACME_1', fingerprint: `f${secret.length}` },
  })
  expect(stored).not.toContain(secret)
  await own.close()
})
