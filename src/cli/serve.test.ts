import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appFolder, appText } from './testing/app-folder.ts'
import { runCli, startCli } from './testing/cli-process.ts'

const adminKey = 'an-admin-key-of-32-characters-000'
const keys = {
  HOOKLINE_ADMIN_KEY: adminKey,
  HOOKLINE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
}

function folderWithApp(): string {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText('1'))
  return directory
}

describe('without its keys', () => {
  const directory = folderWithApp()

  test.each([
    ['both keys', {}, 'HOOKLINE_MASTER_KEY and HOOKLINE_ADMIN_KEY are not set'],
    [
      'the admin key',
      { HOOKLINE_MASTER_KEY: keys.HOOKLINE_MASTER_KEY },
      'HOOKLINE_ADMIN_KEY is not',
    ],
    ['a usable master key', { HOOKLINE_MASTER_KEY: 'short' }, 'does not hold 32 bytes'],
  ])('it refuses to start: %s', async (_, environment, says) => {
    const { code, stdout, stderr } = await runCli(['serve'], { directory, environment })
    expect(stderr).toMatch(/^hookline: .*openssl rand -base64 32.*\n$/)
    expect(stderr).toContain(says)
    expect(stdout).toBe('')
    expect(code).toBe(1)
  })
})

test('it runs no demo in the place of an app', async () => {
  const options = { directory: appFolder(), environment: keys }
  const { code, stderr } = await runCli(['serve'], options)
  expect(stderr).toContain('There is no hookline.ts')
  expect(code).toBe(1)
})

test('it serves, says so in one JSON line, and ends in order at SIGTERM', async () => {
  const server = startCli(['serve', '--port', '0', '--admin-port', '0'], {
    directory: folderWithApp(),
    environment: { ...keys, STRIPE_WEBHOOK_SECRET: `whsec_${'s'.repeat(32)}` },
  })
  const ready = JSON.parse((await server.printed(/^\{.*"msg":"ready".*\}$/m))[0])
  expect(ready).toMatchObject({ file: 'hookline.ts', mode: 'test' })
  expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(ready.adminUrl).not.toBe(ready.url)
  expect((await fetch(`${ready.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${ready.adminUrl}/readyz`)).status).toBe(200)

  const slow = fetch(`${ready.url}/slow`)
  await server.printed(/begun \/slow/)
  process.kill(server.pid, 'SIGTERM')
  expect((await slow).status).toBe(200)
  const { code, stdout, stderr } = await server.ended
  expect(code).toBe(0)
  expect(stderr).toBe('begun /slow\n')
  for (const line of stdout.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  for (const secret of [...Object.values(keys), 'whsec_']) expect(stdout).not.toContain(secret)
})

test('the listener of the dashboard tells it of changes, and takes no webhook', async () => {
  const server = startCli(['serve', '--port', '0', '--admin-port', '0'], {
    directory: folderWithApp(),
    environment: keys,
  })
  const { adminUrl } = JSON.parse((await server.printed(/^\{.*"msg":"ready".*\}$/m))[0])
  expect((await fetch(`${adminUrl}/call/nothing/x`)).status).toBe(401)
  expect((await fetch(`${adminUrl}/webhooks/stripe`)).status).toBe(404)
  expect(await isToldOfChanges(adminUrl)).toBe(true)
})

/** The dashboard is on that listener, and shows nothing without its stream. */
async function isToldOfChanges(adminUrl: string): Promise<boolean> {
  const { headers, body } = await fetch(`${adminUrl}/live/hookline/metrics`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${adminKey}` },
  })
  const reader = body?.getReader()
  await reader?.read()
  await reader?.cancel()
  return headers.get('content-type') === 'text/event-stream'
}

test('a second signal does not wait for what is under way', async () => {
  const directory = folderWithApp()
  const server = startCli(['serve', '--port', '0'], { directory, environment: keys })
  const { url } = JSON.parse((await server.printed(/^\{.*"msg":"ready".*\}$/m))[0])
  const hung = fetch(`${url}/hang`).catch(() => 'cut off')
  await server.printed(/begun \/hang/)
  // One signal, and those that come right behind it, ask for no more than an orderly end.
  expect(await server.insist('SIGINT')).toBeGreaterThan(3)
  expect((await server.ended).code).toBe(1)
  expect(await hung).toBe('cut off')
})
