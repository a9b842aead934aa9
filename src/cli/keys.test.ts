import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appFolder, appText } from './testing/app-folder.ts'
import { type Ended, runCli, startCli } from './testing/cli-process.ts'

const secret = `whsec_${'k'.repeat(32)}`
const base64Of = (n: number) => Buffer.alloc(32, n).toString('base64')
const environment = {
  HOOKLINE_ADMIN_KEY: 'an-admin-key-of-32-characters-000',
  HOOKLINE_MASTER_KEY: base64Of(7),
}

function folderWithApp(): string {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText('1'))
  return directory
}

async function serve(directory: string, more: Record<string, string> = {}) {
  const all = { ...environment, ...more }
  const server = startCli(['serve', '--port', '0'], { directory, environment: all })
  const ready = JSON.parse((await server.printed(/^\{.*"msg":"ready".*\}$/m))[0])
  const run = (args: readonly string[], input?: string): Promise<Ended> =>
    runCli([...args, '--url', ready.url], {
      directory,
      environment: all,
      ...(input !== undefined && { input }),
    })
  return { server, run }
}

test('keys are listed, set, rotated and removed, and nothing prints one', async () => {
  const { run } = await serve(folderWithApp())
  const output: string[] = []
  const runs = async (args: readonly string[], input?: string) => {
    const ended = await run(args, input)
    output.push(ended.stdout, ended.stderr)
    return ended
  }
  const name = 'STRIPE_WEBHOOK_SECRET'
  expect((await runs(['keys'])).stdout).toMatch(
    /STRIPE_WEBHOOK_SECRET +test +not set +source stripe/,
  )
  const set = await runs(['keys', 'set', name], `${secret}\n`)
  expect(set).toMatchObject({ code: 0, stderr: '' })
  expect(set.stdout).toMatch(/is set: version 1, a Stripe webhook secret, fingerprint [0-9a-f]{12}/)
  const rotated = await runs(['keys', 'rotate', name, '--grace', '2h', '--json'], `${secret}2`)
  expect(JSON.parse(rotated.stdout)).toMatchObject({ version: 2, origin: 'vault' })
  expect((await runs(['keys', 'list'])).stdout).toMatch(/STRIPE_WEBHOOK_SECRET +test +vault/)
  const refused = await runs(['keys', 'set', name], 'sk_test_0123456789abcdefghijklmn')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/^hookline: .*signing secret belongs there.*\n$/)
  expect(await runs(['keys', 'set', name], '')).toMatchObject({ code: 2 })
  expect(await runs(['keys', 'rotate', name, '--grace', 'soon'], secret)).toMatchObject({ code: 2 })
  expect(await runs(['keys', 'remove', name])).toMatchObject({ code: 2 })
  expect(await runs(['keys', 'remove', name, '--yes'])).toMatchObject({ code: 0 })
  expect(await runs(['keys', 'remove', name, '--yes'])).toMatchObject({ code: 1 })
  const audit = await runs(['audit', '--json'])
  const actions = JSON.parse(audit.stdout).data.map((entry: { action: string }) => entry.action)
  expect(actions).toEqual(['key.remove', 'key.rotate', 'key.set'])
  const verified = await runs(['audit', 'verify'])
  expect(verified.stdout).toMatch(
    /^3 entries, all as they were written\.\nThe end: 3:[0-9a-f]{64}\n$/,
  )
  const end = `3:${'0'.repeat(64)}`
  expect(await runs(['audit', 'verify', '--head', end])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Entry 3 of the audit log is not the one'),
  })
  expect(output.join('')).not.toMatch(/kkkkkkkk|0123456789abcdef/)
}, 120_000)

test('a name that the environment sets hides the vault, and it is said', async () => {
  const { run } = await serve(folderWithApp(), { STRIPE_WEBHOOK_SECRET: secret })
  const { stdout } = await run(['keys', 'set', 'STRIPE_WEBHOOK_SECRET'], `${secret}2`)
  expect(stdout).toContain('the server has STRIPE_WEBHOOK_SECRET from environment')
  expect((await run(['keys'])).stdout).toContain('environment (hides vault)')
}, 60_000)

test('another master key is recognised at the start, until rotate-master has run', async () => {
  const directory = folderWithApp()
  const { server, run } = await serve(directory)
  await run(['keys', 'set', 'STRIPE_WEBHOOK_SECRET'], secret)
  await server.insist('SIGTERM')
  const other = { ...environment, HOOKLINE_MASTER_KEY: base64Of(8) }
  const refused = await runCli(['serve', '--port', '0'], { directory, environment: other })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(
    /^hookline: .*sealed under another master key.*Nothing was touched/,
  )
  const alone = await runCli(['keys', 'rotate-master'], { directory, environment: other })
  expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('_PREVIOUS is not set') })
  const both = { ...other, HOOKLINE_MASTER_KEY_PREVIOUS: base64Of(7) }
  const moved = await runCli(['keys', 'rotate-master'], { directory, environment: both })
  expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining('; 1 keys were moved') })
  const again = await serve(directory, { HOOKLINE_MASTER_KEY: base64Of(8) })
  expect((await again.run(['keys'])).stdout).toMatch(/STRIPE_WEBHOOK_SECRET +test +vault/)
}, 120_000)

test('a master key in a file that others may read is refused', async () => {
  const directory = folderWithApp()
  const path = join(directory, 'master-key')
  writeFileSync(path, base64Of(7), { mode: 0o644 })
  const { HOOKLINE_MASTER_KEY: _, ...rest } = environment
  const options = { directory, environment: { ...rest, HOOKLINE_MASTER_KEY_FILE: path } }
  const { code, stderr } = await runCli(['serve', '--port', '0'], options)
  expect(code).toBe(1)
  expect(stderr).toMatch(/others than its owner may read or write \(mode 644\).*chmod 600/)
  expect(stderr).not.toContain(readFileSync(path, 'utf8').slice(0, 10))
  expect(statSync(path).mode & 0o777).toBe(0o644)
})
