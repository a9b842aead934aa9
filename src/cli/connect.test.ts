/** The whole program in child processes, against the sandbox, with Stripe's own SDK as witness. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { appFolder } from './testing/app-folder.ts'
import { type Ended, runCli, startCli } from './testing/cli-process.ts'
import { until } from './testing/until.ts'

const key = 'sk_test_0123456789abcdefghijklmn'
const environment = {
  HOOKLINE_ADMIN_KEY: 'an-admin-key-of-32-characters-000',
  HOOKLINE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
}
const typesAtFirst = ['charge.refunded', 'payment_intent.succeeded']
const msMax = 10_000

function appText(types: readonly string[]): string {
  const handlers = types.map((type) => `app.on('stripe', '${type}', async () => {})`)
  return `import { hookline, stripe } from 'hookline'
const app = hookline({ sources: { stripe: stripe() } })
${handlers.join('\n')}
export default app
`
}

async function startSandbox(directory: string) {
  const sandbox = startCli(['sandbox', '--port', '0', '--json'], { directory })
  const url = (await sandbox.printed(/http:\/\/127\.0\.0\.1:\d+(?!\d*\/webhooks)/))[0]
  const { hostname, port } = new URL(url)
  const sdk = new Stripe(key, { host: hostname, port: Number(port), protocol: 'http' })
  return { sandbox, url, sdk }
}

async function startServer(directory: string, more: Readonly<Record<string, string>> = {}) {
  const options = { directory, environment: { ...environment, ...more } }
  const server = startCli(['serve', '--port', '0'], options)
  const ready = JSON.parse((await server.printed(/^\{.*"msg":"ready".*\}$/m))[0])
  return { server, url: String(ready.url) }
}

/** A server and a sandbox that know nothing of each other. */
async function begin(types: readonly string[] = typesAtFirst, more = {}) {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText(types))
  const [{ sdk, sandbox, ...sandboxed }, first] = await Promise.all([
    startSandbox(directory),
    startServer(directory, more),
  ])
  const state = { ...first, output: [] as string[] }
  const argsOf = (args: readonly string[]) => [
    ...['connect', 'stripe', '--api-base', sandboxed.url, '--url', state.url, ...args],
  ]
  const connect = async (args: readonly string[] = [], input?: string): Promise<Ended> => {
    const given = input === undefined ? {} : { input }
    const ended = await runCli(argsOf(args), { directory, environment, ...given })
    state.output.push(ended.stdout, ended.stderr)
    return ended
  }
  /** The server anew with other handlers; at another port, as the system chooses. */
  const restart = async (types: readonly string[]) => {
    await state.server.insist('SIGTERM')
    writeFileSync(join(directory, 'hookline.ts'), appText(types))
    Object.assign(state, await startServer(directory))
  }
  const ours = async () => {
    const { data } = await sdk.webhookEndpoints.list({ limit: 100 })
    return data.filter(({ metadata }) => metadata.hookline !== undefined)
  }
  const kinds = async (args: readonly string[] = []) => {
    const ended = await connect(['--check', '--json', ...args])
    const found: { kind: string }[] = JSON.parse(ended.stdout).found
    return { code: ended.code, kinds: found.map(({ kind }) => kind).sort() }
  }
  return { directory, sdk, sandbox, state, argsOf, connect, restart, ours, kinds }
}

const noDrift = { code: 0, kinds: [] }

test('one command leads from nothing to the first verified event', async () => {
  const { connect, ours, state, directory } = await begin()
  const startedAt = performance.now()
  const ended = await connect([], `${key}\n`)
  const tookMs = performance.now() - startedAt
  expect(ended).toMatchObject({ code: 0 })
  expect(tookMs).toBeLessThan(msMax)
  expect(ended.stdout).toContain('a verified event came: charge.refunded')
  const [endpoint, ...others] = await ours()
  expect(others).toEqual([])
  expect(endpoint).toMatchObject({
    url: `${state.url}/webhooks/stripe`,
    enabled_events: typesAtFirst,
    api_version: Stripe.API_VERSION,
    status: 'enabled',
  })
  const again = await connect(['--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({
    endpoint: { did: 'kept', endpointId: endpoint?.id },
    steps: ['key', 'endpoint', 'secret', 'event'].map((name) => ({ name, state: 'done' })),
    next: null,
  })
  expect(await ours()).toHaveLength(1)
  const logs = state.server.stdout() + state.server.stderr()
  const stored = readdirSync(join(directory, '.hookline'))
    .filter((name) => name.startsWith('hookline.db'))
    .map((name) => readFileSync(join(directory, '.hookline', name), 'latin1'))
    .join('')
  for (const text of [...state.output, logs, stored]) {
    // Not by a matcher on the text: a failure would print the whole database.
    expect(/sk_test_0123456789|whsec_[A-Za-z0-9]{8}/.exec(text)).toBeNull()
  }
}, 60_000)

test('a connect that is killed at any moment and repeated makes one endpoint', async () => {
  const { argsOf, connect, ours, directory } = await begin()
  for (const stderrOrEndpoint of ['asked', 'made']) {
    const cli = startCli(argsOf([]), { directory, environment, input: key })
    await until(stderrOrEndpoint, async () => {
      if (stderrOrEndpoint === 'asked') return cli.stderr() !== '' || undefined
      return (await ours()).length > 0 || undefined
    })
    await cli.insist('SIGKILL')
  }
  expect(await connect([], key)).toMatchObject({ code: 0 })
  expect(await ours()).toHaveLength(1)
}, 60_000)

test('what differs is found by --check, one by one, and put right by --fix', async () => {
  const { sdk, connect, restart, ours, kinds, state, directory } = await begin()
  const keyless = await connect(['--check', '--json'])
  expect(keyless).toMatchObject({ code: 1, stderr: expect.stringContaining('api_key_missing') })
  expect((await connect([], key)).code).toBe(0)
  expect(await kinds()).toEqual(noDrift)
  const [{ id, metadata, url } = { id: '', metadata: {}, url: '' }] = await ours()
  const fix = async () => {
    const fixed = await connect(['--check', '--fix', '--json'])
    expect([fixed.code, JSON.parse(fixed.stdout).left]).toEqual([0, []])
    expect(await kinds()).toEqual(noDrift)
    expect(await ours()).toHaveLength(1)
  }

  await sdk.webhookEndpoints.update(id, {
    enabled_events: ['payment_intent.succeeded', 'customer.created'],
    disabled: true,
  })
  const changed = ['endpoint_disabled', 'type_not_handled', 'type_not_subscribed']
  expect(await kinds()).toEqual({ code: 1, kinds: changed })
  await fix()

  await sdk.webhookEndpoints.create({
    ...{ url, enabled_events: ['*'], metadata, api_version: '2024-06-20' },
  })
  expect(await kinds()).toEqual({ code: 1, kinds: ['endpoint_orphaned'] })
  await fix()
  expect((await ours())[0]?.id).toBe(id)

  await sdk.webhookEndpoints.del(id)
  expect(await kinds()).toEqual({ code: 1, kinds: ['endpoint_missing'] })
  await sdk.webhookEndpoints.create({
    ...{ url, enabled_events: ['charge.refunded', 'payment_intent.succeeded'], metadata },
    api_version: '2024-06-20',
  })
  const another = ['api_version_differs', 'secret_unknown']
  expect(await kinds()).toEqual({ code: 1, kinds: another })
  await fix()
  const audit = await runCli(['audit', '--json', '--url', state.url], { directory, environment })
  expect(audit.stdout, 'the secret before stays good for a while').toContain('key.rotate')

  await restart(['charge.refunded', 'customer.created'])
  const moved = ['type_not_handled', 'type_not_subscribed', 'url_differs']
  expect(await kinds()).toEqual({ code: 1, kinds: moved })
  await fix()
  expect((await connect()).stdout).toContain('a verified event came')
}, 120_000)

test('a key that can not be right is refused, and a right one is taken after it', async () => {
  const { connect, ours, state } = await begin()
  const live = `sk_live_${'a1'.repeat(12)}`
  const publishable = `pk_test_${'b2'.repeat(12)}`
  const wrong = `rk_test_${'c3'.repeat(12)}`
  expect(await connect([], '')).toMatchObject({ code: 2 })
  const refusals: [string, RegExp][] = [
    [live, /^hookline: .*live secret key, and this is test mode/m],
    [publishable, /^hookline: .*publishable key, which anybody may see/m],
    [wrong, /^hookline: Stripe refused the key: it answered 401\. .*Copy it anew/m],
  ]
  for (const [value, said] of refusals) {
    expect(await connect([], value)).toMatchObject({ code: 1, stderr: expect.stringMatching(said) })
  }
  expect(await connect([], '')).toMatchObject({ code: 1 })
  expect(await ours()).toEqual([])
  expect(await connect([], key)).toMatchObject({ code: 0 })
  for (const text of state.output) {
    for (const value of [live, publishable, wrong, key]) expect(text).not.toContain(value)
  }
}, 60_000)

test('a provider that is down is said to be, and connect goes on later', async () => {
  const { connect, sandbox, directory, argsOf } = await begin()
  await sandbox.insist('SIGKILL')
  const down = await connect([], key)
  expect(down).toMatchObject({ code: 1, stderr: expect.stringMatching(/^hookline: /m) })
  const { url } = await startSandbox(directory)
  const [, , , , ...rest] = argsOf([])
  const args = ['connect', 'stripe', '--api-base', url, ...rest]
  expect(await runCli(args, { directory, environment, input: key })).toMatchObject({ code: 0 })
}, 60_000)

test('a key goes to no address but the provider and this machine', async () => {
  const { directory, connect, state } = await begin([])
  const elsewhere = ['connect', 'stripe', '--api-base', 'http://192.0.2.1', '--url', state.url]
  const ended = await runCli(elsewhere, { directory, environment, input: key })
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('not of this machine') })
  expect(await connect([], key)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("No handler listens to the source 'stripe'"),
  })
  expect(await connect(['--fix'])).toMatchObject({ code: 2 })
  const help = await runCli(['connect', '--help'], { directory })
  expect(help.stdout).toMatch(/Examples:\n {2}\$ hookline connect stripe/)
}, 60_000)

test('a secret in the environment hides the vault, so that no endpoint is made', async () => {
  const hidden = { STRIPE_WEBHOOK_SECRET: `whsec_${'d4'.repeat(16)}` }
  const { connect, ours } = await begin(typesAtFirst, hidden)
  const ended = await connect([], key)
  expect(ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/set in environment, which comes before the vault/),
  })
  expect(await ours()).toEqual([])
}, 60_000)

test('in dev the sandbox takes the place of the provider, with nothing to set', async () => {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText(typesAtFirst))
  const dev = startCli(['dev', '--port', '0', '--sandbox-port', '0', '--json'], { directory })
  const ready = JSON.parse((await dev.printed(/^\{.*"url":.*\}$/m))[0])
  const run = (args: readonly string[]) =>
    runCli(['connect', 'stripe', '--url', ready.url, ...args], { directory })
  const ended = await run([])
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain('a verified event came: charge.refunded')
  expect(await run(['--check'])).toMatchObject({ code: 0 })
}, 60_000)
