import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { admin, type EventFilter } from '../client/admin.ts'
import { appFolder, appText } from './testing/app-folder.ts'
import { runCli, startCli } from './testing/cli-process.ts'
import { until } from './testing/until.ts'
import { madeAdminKey } from './working-files.ts'

describe('events that the sandbox sent', async () => {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText('1'))
  const dev = startCli(['dev', '--json', '--port', '0', '--sandbox-port', '0'], { directory })
  const { url, sandboxUrl } = JSON.parse((await dev.printed(/^\{"event":"ready".*\}$/m))[0])
  const outputs: string[] = []

  async function run(...args: string[]) {
    const ended = await runCli(args, { directory })
    outputs.push(ended.stdout, ended.stderr)
    return ended
  }
  const trigger = (...args: string[]) =>
    run('trigger', 'stripe', 'payment_intent.succeeded', '--sandbox-url', sandboxUrl, ...args)
  const events = (...args: string[]) => run('events', ...args, '--url', url)
  const listed = async (filter: EventFilter = {}) => {
    const key = madeAdminKey(directory) ?? ''
    return (await admin(url, { key }).events.list(filter)).data
  }

  test('arrive verified, each once, however often they are sent', async () => {
    const { code, stdout, stderr } = await trigger('--times', '3', '--duplicate', '1', '--shuffle')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(6)
    expect(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(3)
    expect(stdout.match(/"duplicate":true/g)).toHaveLength(3)
    const data = await until('all are handled', async () => {
      const all = await listed()
      return all.every(({ status }) => status === 'done') ? all : undefined
    })
    expect(data.map(({ type }) => type)).toEqual(Array(3).fill('payment_intent.succeeded'))
  })

  test('are listed for people, filtered, and to a limit', async () => {
    const [all, json, none, one] = await Promise.all([
      events('--status', 'done', '--since', '1h'),
      events('--type', 'payment_intent.succeeded', '--json'),
      events('list', '--source', 'github'),
      events('list', '--limit', '1'),
    ])
    expect(all.stdout).toMatch(
      /^ID +RECEIVED +STATUS +MODE +SOURCE +TYPE\n(evt_\w{26} .*✓ done .*\n){3}$/,
    )
    expect(JSON.parse(json.stdout)).toEqual({ data: await listed(), next: null })
    expect(none.stdout).toBe('No event matches.\n')
    expect(one.stdout).toMatch(/^ID.*\nevt_.*\nThere are more\. .*\n$/)
  })

  test('are shown with what was set in them, their headers and their attempts', async () => {
    const sent = await trigger('--set', 'metadata.userId=u_7', '--set', 'amount=123', '--json')
    const [{ id: stripeId }] = JSON.parse(sent.stdout).data
    const [event] = await listed({ q: stripeId })
    const shown = await until('it is handled', async () => {
      const { stdout } = await events('show', event?.id ?? '')
      return stdout.includes('attempt 1') ? stdout : undefined
    })
    expect(shown).toContain(`${event?.id}  payment_intent.succeeded\n`)
    expect(shown).toMatch(/^ {2}Stripe-Signature: t=\d+,v1=[0-9a-f]{64}$/im)
    expect(shown).toContain('"userId": "u_7"')
    expect(shown).toContain('"amount": 123,')
    expect(shown).toMatch(/✓ done {2}stripe\/payment_intent\.succeeded/)
    const { stdout } = await events('show', event?.id ?? '', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ id: event?.id, deliveries: [{ state: 'done' }] })
  })

  test('that are not there are an error of one line', async () => {
    const { code, stdout, stderr } = await events('show', 'evt_none')
    expect(stderr).toMatch(/^hookline: .* has this id\. .*\n$/)
    expect(stdout).toBe('')
    expect(code).toBe(1)
  })

  test('are followed as they happen, until Ctrl-C', async () => {
    const tail = startCli(['events', 'tail', '--url', url], { directory })
    await tail.printed(/Watching/)
    // The stream opens a moment after that line; what came before it is not shown.
    await until('an event is shown', async () => {
      await trigger()
      return tail.stdout().includes('delivery  ') ? true : undefined
    })
    process.kill(tail.pid, 'SIGINT')
    const { code, stdout } = await tail.ended
    outputs.push(stdout)
    expect(stdout).toMatch(/^event {5}evt_\w{26} {2}· ready +stripe {2}payment_intent\.succeeded$/m)
    expect(stdout).toMatch(/^delivery {2}evt_\w{26} {2}✓ done +stripe\/\S+ {2}attempts 1$/m)
    expect(code).toBe(0)
  })

  test('are counted by a dry run, and none is replayed', async () => {
    const { length } = await listed()
    const { code, stdout } = await events('replay', '--status', 'done', '--dry-run', '--json')
    expect(JSON.parse(stdout)).toEqual({ matched: length })
    expect(code).toBe(0)
    const [event] = await listed()
    const { deliveries } = JSON.parse((await events('show', event?.id ?? '', '--json')).stdout)
    expect(deliveries).toHaveLength(1)
  })

  test('are replayed by many only when somebody said yes', async () => {
    const refused = await events('replay', '--all')
    expect(refused.stderr).toMatch(/^hookline: \d+ events match, .*--yes\.\n$/)
    expect(refused.code).toBe(2)
    const { length } = await listed()
    const { code, stdout } = await events('replay', '--all', '--yes')
    expect(stdout).toBe(`Replayed ${length} of ${length} events.\n`)
    expect(code).toBe(0)
  })

  test('are replayed by their id, to one handler', async () => {
    const [event] = await listed()
    const { code, stdout } = await events('replay', event?.id ?? '')
    expect(stdout).toBe('Replayed 1 event: 1 deliveries are due.\n')
    expect(code).toBe(0)
    const unknown = await events('replay', event?.id ?? '', 'evt_none', '--yes')
    expect(unknown.code).toBe(1)
    expect(unknown.stdout).toBe('')
  })

  test('are refused by a source that is not there, and the exit code says so', async () => {
    const args = ['trigger', 'stirpe', 'payment_intent.succeeded', '--sandbox-url', sandboxUrl]
    const { code, stderr } = await run(...args)
    expect(stderr).toMatch(/^hookline: .*'stirpe'.*\n$/)
    expect(code).toBe(1)
  })

  test('of a type that nobody knows are noted as such, beside the answer', async () => {
    const args = ['trigger', 'stripe', 'foo.bar', '--sandbox-url', sandboxUrl]
    const environment = { HOOKLINE_PORT: new URL(url).port }
    const { code, stdout, stderr } = await runCli(args, { directory, environment })
    expect(stdout).toContain('200')
    expect(stderr).toMatch(/^Note on foo\.bar: .*no sample.*; no handler of 'stripe'.*\n$/)
    expect(code).toBe(0)
  })

  test('leave no secret in any output', () => {
    const file = (name: string) => readFileSync(join(directory, '.hookline', name), 'utf8').trim()
    const secrets = [
      file('admin-key'),
      file('master-key'),
      JSON.parse(file('dev-secrets.json')).stripe,
    ]
    for (const secret of secrets) expect(outputs.join('\n')).not.toContain(secret)
    expect(outputs.length).toBeGreaterThan(20)
  })
})

test('without a server or a sandbox there is one line that says how to start it', async () => {
  const directory = appFolder()
  const environment = {
    HOOKLINE_ADMIN_KEY: 'an-admin-key-of-32-characters-000',
    HOOKLINE_PORT: '1',
  }
  const results = await Promise.all([
    runCli(['events', 'tail'], { directory, environment }),
    runCli(['trigger', 'stripe', 'a.b', '--sandbox-url', 'http://127.0.0.1:1'], { directory }),
  ])
  for (const { code, stdout, stderr } of results) {
    expect(stderr).toMatch(/^hookline: .*127\.0\.0\.1:1.*hookline dev.*\n$/)
    expect(stdout).toBe('')
    expect(code).toBe(1)
  }
})
