/**
 * Thirty secrets are planted where an app has them, the program is driven through what it does with
 * them, and then all that it leaves behind is searched.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { openStorage } from '../storage/open.ts'
import { openVault } from '../vault/open-vault.ts'
import type { Sealing } from '../vault/seal.ts'
import { appFolder } from './testing/app-folder.ts'
import { type CliProcess, runCli, startCli } from './testing/cli-process.ts'

const letters = 'Kq7Rz2Xw9Vb4Nc6Md8Tf3Hg5Jp1LsYaEuWo0'
/** Of its own, so that no part of one is found in another. */
function secretText(n: number, length = 32): string {
  return Array.from({ length }, (_, i) => letters[(i * (n + 3) + n * n) % letters.length]).join('')
}

const inEnvironment = {
  HOOKLINE_ADMIN_KEY: secretText(1),
  HOOKLINE_MASTER_KEY: Buffer.from(secretText(2)).toString('base64'),
  STRIPE_WEBHOOK_SECRET: `whsec_${secretText(3)}`,
  STRIPE_SECRET_KEY: `sk_test_${secretText(4)}`,
  OPENAI_API_KEY: `sk-proj-${secretText(5, 80)}`,
  RESEND_API_KEY: `re_${secretText(6, 24)}`,
}
const inFile = {
  GITHUB_WEBHOOK_SECRET: secretText(7),
  TWILIO_AUTH_TOKEN: secretText(8),
  CLERK_SECRET_KEY: `sk_test_${secretText(9, 42)}`,
  ANTHROPIC_API_KEY: `sk-ant-api03-${secretText(10, 95)}`,
}
const inVault: Readonly<Record<string, string>> = Object.fromEntries([
  ['LINEAR_WEBHOOK_SECRET', `lin_wh_${secretText(11)}`],
  ['MUX_WEBHOOK_SECRET', secretText(12)],
  ...Array.from({ length: 8 }, (_, i) => [`APP_KEY_${i}`, secretText(13 + i)]),
])
const rotatedIn = [secretText(21), secretText(22)]
const refused = {
  STRIPE_SECRET_KEY: `sk_live_${secretText(23)}`,
  PADDLE_WEBHOOK_SECRET: `sk_live_${secretText(24)}`,
}
const elsewhere = {
  inBrokenJson: secretText(25),
  asWrongAdminKey: secretText(26),
  asArgument: secretText(27),
  asName: `sk_live_${secretText(28)}`,
  inSecretHeader: secretText(29),
  asMode: secretText(30),
}

const planted = [inEnvironment, inFile, inVault, rotatedIn, refused, elsewhere].flatMap((group) =>
  Object.values(group),
)

/** In each form that a text or a file could hold it. */
function formsOf(secret: string): Map<string, Buffer> {
  const bytes = Buffer.from(secret)
  const wide = Buffer.from(secret, 'utf16le')
  const inside = (before: number) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // Without the ends, which depend on what stands beside it.
    return text.slice(before === 0 ? 0 : 4, -4)
  }
  return new Map([
    ['raw', bytes],
    ['base64', Buffer.from(inside(0))],
    ['base64 one further', Buffer.from(inside(1))],
    ['base64 two further', Buffer.from(inside(2))],
    ['base64url', Buffer.from(bytes.toString('base64url').slice(0, -2))],
    ['hexadecimal', Buffer.from(bytes.toString('hex'))],
    ['upper-case hexadecimal', Buffer.from(bytes.toString('hex').toUpperCase())],
    ['URL-encoded', Buffer.from(encodeURIComponent(secret))],
    ['every byte URL-encoded', Buffer.from(bytes.toString('hex').replace(/../g, '%$&'))],
    ['UTF-16', wide],
    ['UTF-16, big-endian', Buffer.from(wide).swap16()],
  ])
}

function search(places: ReadonlyMap<string, Buffer>, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) =>
    [...formsOf(secret)].flatMap(([form, bytes]) =>
      [...places]
        .filter(([, content]) => content.includes(bytes))
        .map(([place]) => `secret ${planted.indexOf(secret) + 1}, ${form}, in ${place}`),
    ),
  )
}

/** It throws what it knows, in a handler and where nobody catches it. */
const appText = `import { github, hookline, linear, mux, openai, stripe } from 'hookline'

const app = hookline({
  sources: { stripe: stripe(), github: github(), linear: linear(), mux: mux() },
  apis: { openai: openai({ allow: ['GET /v1/models'] }) },
  fallback: async (request: Request) => {
    if (new URL(request.url).pathname === '/crash') setTimeout(() => { throw new Error('the end') })
    return new Response('ok')
  },
})
app.on('stripe', '*', () => {
  const { STRIPE_WEBHOOK_SECRET, STRIPE_SECRET_KEY } = process.env
  throw new Error(\`refused: \${STRIPE_WEBHOOK_SECRET} \${STRIPE_SECRET_KEY}\`)
}, { retry: { attempts: 1, delaysMs: [] } })

export default app
`

function folderOfApp(): string {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText)
  const lines = Object.entries(inFile).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(directory, '.env.local'), lines.join(''), { mode: 0o600 })
  mkdirSync(join(directory, 'reports'))
  return directory
}

test('thirty planted secrets are in nothing that the program leaves behind', async () => {
  expect(new Set(planted).size).toBe(30)
  const directory = folderOfApp()
  const server = startCli(['serve', '--port', '0'], {
    directory,
    environment: inEnvironment,
    nodeArguments: [
      '--report-uncaught-exception',
      `--report-directory=${join(directory, 'reports')}`,
    ],
  })
  const ready = JSON.parse((await server.printed(/^\{.*"msg":"ready".*\}$/m))[0])
  const answers = await driveApi(ready.url)
  const printed = await driveCommands(directory, ready.url)
  await fetch(`${ready.url}/crash`)
  const places = leftBehind(directory, await server.ended)
  places.set('an answer of the API', Buffer.from(answers.join('\n')))
  places.set('the output of a command', Buffer.from(printed.join('\n')))
  expect([...places.keys()].join(' ')).toMatch(/report\.\d+.*\.json/)
  expect(answers.join('\n')).toContain('APP_KEY_7')
  expect(answers.join('\n')).toContain('refused: [secret] [secret]')
  expect(printed.join('\n')).toContain('LINEAR_WEBHOOK_SECRET')
  expect(search(places, planted)).toEqual([])
}, 120_000)

test('the search finds each of them in a vault that seals nothing', async () => {
  const directory = appFolder()
  const database = join(directory, 'hookline.db')
  const storage = await openStorage({ database, clock: systemClock })
  const vault = await openVault({
    storage,
    clock: systemClock,
    masterKeys: { newest: new Uint8Array(32) },
    recognise: () => [],
    sealing: noSealing,
  })
  for (const [i, value] of planted.entries()) {
    await vault.set({ name: `K${i}`, mode: 'test', value }, { kind: 'cli', id: 'test' })
  }
  const found = search(databaseIn(directory), planted)
  await storage.close()
  expect(
    planted.filter((_, i) => !found.some((line) => line.startsWith(`secret ${i + 1},`))),
  ).toEqual([])
})

const noSealing: Sealing = { seal: (_, plain) => plain, open: (_, sealed) => sealed }

function databaseIn(directory: string): Map<string, Buffer> {
  const names = readdirSync(directory).filter((name) => name.startsWith('hookline.db'))
  return new Map(names.map((name) => [name, readFileSync(join(directory, name))]))
}

function leftBehind(
  directory: string,
  { stdout, stderr }: Awaited<CliProcess['ended']>,
): Map<string, Buffer> {
  const reports = readdirSync(join(directory, 'reports')).map(
    (name) => [name, readFileSync(join(directory, 'reports', name))] as const,
  )
  const database = databaseIn(join(directory, '.hookline'))
  expect([...database.keys()]).toContain('hookline.db-wal')
  return new Map([
    ...database,
    ...reports,
    ['the log', Buffer.from(stdout)],
    ['standard error', Buffer.from(stderr)],
  ])
}

/** Everything it answers, refusals above all. */
async function driveApi(url: string): Promise<string[]> {
  const answers: string[] = []
  const call = async (
    path: string,
    init: RequestInit = {},
    key = inEnvironment.HOOKLINE_ADMIN_KEY,
  ) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { headers, ...init })
    answers.push(JSON.stringify([...response.headers]) + (await response.text()))
  }
  const put = (name: string, body: object | string) =>
    call(`/api/v1/keys/${name}`, {
      method: 'PUT',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  for (const [name, value] of Object.entries(inVault)) await put(name, { value })
  for (const [name, value] of Object.entries(refused)) await put(name, { value })
  await put('APP_KEY_X', `{"value":"${elsewhere.inBrokenJson}"`)
  await put('APP_KEY_X', { value: 'x'.repeat(20), mode: elsewhere.asMode })
  await put('APP_KEY_X', { value: [elsewhere.inBrokenJson] })
  await call('/api/v1/keys', {}, elsewhere.asWrongAdminKey)
  await postWebhooks(call)
  const rotation = JSON.stringify({ value: rotatedIn[0], graceMs: 60_000 })
  await call('/api/v1/keys/MUX_WEBHOOK_SECRET/rotate', { method: 'POST', body: rotation })
  const pages = [
    'keys',
    'keys?limit=1',
    'sources',
    'audit',
    'events',
    'rejections',
    'calls',
    'stats',
  ]
  for (const page of pages) await call(`/api/v1/${page}`)
  await untilFailed(url, answers)
  return answers
}

async function postWebhooks(
  call: (path: string, init: RequestInit) => Promise<void>,
): Promise<void> {
  const { providers } = await import('../providers/index.ts')
  const text = { id: 'evt_1', object: 'event', type: 'ping', livemode: false, data: {} }
  const body = Buffer.from(JSON.stringify(text))
  const now = Math.floor(Date.now() / 1000)
  const good = providers.stripe.sign(body, { secret: inEnvironment.STRIPE_WEBHOOK_SECRET, now })
  const bad = providers.stripe.sign(body, { secret: `whsec_${'0'.repeat(32)}`, now })
  const authorization = `Bearer ${elsewhere.inSecretHeader}`
  for (const headers of [good, bad]) {
    const all = [
      ...headers,
      ['authorization', authorization],
      ['cookie', `session=${elsewhere.inSecretHeader}`],
    ]
    await call('/webhooks/stripe', { method: 'POST', body, headers: all as [string, string][] })
  }
}

/** The answers with the attempt whose handler threw two secrets. */
async function untilFailed(url: string, answers: string[]): Promise<void> {
  const headers = { authorization: `Bearer ${inEnvironment.HOOKLINE_ADMIN_KEY}` }
  const endsAt = performance.now() + 20_000
  while (performance.now() < endsAt) {
    const response = await fetch(`${url}/api/v1/deliveries?state=failed`, { headers })
    const text = await response.text()
    if (text.includes('refused: ')) return void answers.push(text)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The handler did not fail.')
}

async function driveCommands(directory: string, url: string): Promise<string[]> {
  const at = ['--url', url]
  const commands: [args: string[], input?: string][] = [
    [['keys', 'list', ...at]],
    [['keys', '--json', ...at]],
    [['keys', 'rotate', 'APP_KEY_1', ...at], `${rotatedIn[1]}\n`],
    [['keys', 'set', 'STRIPE_SECRET_KEY', ...at], refused.STRIPE_SECRET_KEY],
    [['keys', 'set', 'APP_KEY_2', elsewhere.asArgument, ...at], 'x'],
    [['keys', 'set', elsewhere.asName, ...at], 'x'],
    [['keys', elsewhere.asArgument, ...at]],
    [['audit', 'list', ...at]],
    [['audit', 'verify', '--json', ...at]],
  ]
  const printed: string[] = []
  for (const [args, input] of commands) {
    const options = { directory, environment: inEnvironment, ...(input !== undefined && { input }) }
    const { stdout, stderr } = await runCli(args, options)
    printed.push(stdout + stderr)
  }
  return printed
}
