import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LearnView } from '../../client/wire.ts'
import { withPracticeApis } from '../../sandbox/practice-apis.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { adminKey, startServed, type TestServed } from '../testing/served.ts'
import { openSocket, type Way } from '../testing/ways.ts'

let served: TestServed
let way: Way

/** curl needs a socket. */
beforeEach(async () => {
  const apis = withPracticeApis({}, { isDev: true, sandboxUrl: 'http://127.0.0.1:1' }) ?? {}
  const started = await startServed({ adminKey, apis })
  served = { ...started, server: { ...started.server, isDev: true } }
  way = await openSocket(served)
})
afterEach(async () => {
  await way.close()
  await served.close()
})

const learn = () => adminOf(way).learn.get()

function done({ exercises }: LearnView): string[] {
  return exercises.flatMap(({ steps }) => steps.flatMap((s) => (s.doneAt ? [s.name] : [])))
}

/** As somebody would paste it into a shell. */
async function run(command: string | null): Promise<string> {
  return (await promisify(execFile)('sh', ['-c', `${command} -s`])).stdout
}

const unsigned = async () => run((await learn()).unsignedCurl)
const signed = async () => run((await adminOf(way).learn.curl()).curl)

async function record(api: string, method: string, path: string, over: object = {}) {
  const call = {
    mode: 'test',
    status: 200,
    outcome: 'answered',
    durationMs: 1,
    bytesSent: 0,
    bytesReceived: 0,
  }
  const about = { api, sub: 'learn', method, path, startedAt: served.clock.now() }
  const id = `call_${String(calls++).padStart(26, '0')}`
  await served.storage.recordCalls([{ ...call, ...about, id, ...over } as never])
}
let calls = 0

test('nothing is done at first', async () => {
  const view = await learn()
  expect([view.isOpen, done(view)]).toEqual([true, []])
})

test('a call and another one for what the first answered are the first exercise', async () => {
  await record('sandbox', 'GET', '/v1/customers/cus_1', { sub: 'somebody' })
  await record('sandbox', 'GET', '/v1/customers/cus_1', { status: 404 })
  await record('learn', 'POST', '/v1/customers')
  expect((await learn()).exercises[0]?.isDone).toBe(false)
  await record('sandbox', 'POST', '/v1/customers')
  expect(done(await learn())).toContain('call_made')
  expect((await learn()).exercises[0]?.isDone).toBe(false)
  await record('sandbox', 'GET', '/v1/customers/cus_1')
  expect((await learn()).exercises[0]?.isDone).toBe(true)
})

test('an unsigned webhook by curl is refused, a signed one stored, and both are seen', async () => {
  expect(await unsigned()).toMatch(/^HTTP\/1.1 400/)
  expect(done(await learn())).toEqual(['unsigned_refused'])
  expect(await signed()).toMatch(/^HTTP\/1.1 200.*"received":true/s)
  const view = await learn()
  expect(done(view)).toEqual(['unsigned_refused', 'signed_stored'])
  const { proof } = view.exercises[1]?.steps[1] ?? {}
  expect(await adminOf(way).events.get(proof ?? '')).toMatchObject({ type: 'hookline.learn' })
})

test('a webhook that another program sends is not one sent by hand', async () => {
  const command = (await adminOf(way).learn.curl()).curl
  expect(await run(`${command} -A 'Stripe/1.0'`)).toContain('"received":true')
  expect(done(await learn())).toEqual([])
})

test('the commands hold no secret', async () => {
  const { curl } = await adminOf(way).learn.curl()
  const [secret = ''] = served.inbox.sources.get('stripe')?.secrets ?? []
  expect(secret).not.toBe('')
  expect(curl + (await learn()).unsignedCurl).not.toContain(secret)
})

test('a key that is kept, used and looked for in vain is the third', async () => {
  const value = 'sk_test_of_a_newcomer_0123456789'
  const search = (text: string) => adminOf(way).learn.search('LEARN_KEY', text)
  await expect(search(value)).rejects.toMatchObject({ code: 'key_refused' })
  await adminOf(way).keys.set('LEARN_KEY', { value })
  expect(done(await learn())).toEqual(['key_kept'])
  await record('learn', 'GET', '/v1/balance')
  await expect(search(`${value}x`)).rejects.toMatchObject({ code: 'key_refused' })
  expect(done(await learn())).toEqual(['key_kept', 'key_used'])
  await search(value)
  expect((await learn()).exercises[2]?.isDone).toBe(true)
  expect(JSON.stringify(await adminOf(way).audit.list())).not.toContain(value)
})

test('the key to practise with is listed once it is kept, and not missed before', async () => {
  const names = async () => (await adminOf(way).keys.list()).data.map(({ name }) => name)
  expect([...served.calls.proxy.apis.keys()]).toContain('learn')
  expect(await names()).not.toContain('LEARN_KEY')
  await adminOf(way).keys.set('LEARN_KEY', { value: 'sk_test_of_a_newcomer_0123456789' })
  expect(await names()).toContain('LEARN_KEY')
})

test('in production there is nothing to practise, and nothing is signed', async () => {
  await way.close()
  way = await openSocket({ ...served, server: { ...served.server, isDev: false } })
  expect(await learn()).toMatchObject({ isOpen: false, exercises: [], unsignedCurl: null })
  expect(await call(way, '/learn/curl')).toMatchObject({ status: 404 })
  const body = { value: 'sk_test_of_a_newcomer_0123456789' }
  const search = await call(way, '/learn/keys/LEARN_KEY/search', { method: 'POST', body })
  expect(search.status).toBe(404)
})
