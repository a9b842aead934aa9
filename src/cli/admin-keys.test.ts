import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isPassword, parsePasswordHash } from '../base/password.ts'
import { appFolder, appText } from './testing/app-folder.ts'
import { runCli, startCli, temporaryFolder } from './testing/cli-process.ts'

const password = 'correct horse battery staple'

test('keys are made, listed without their value, and revoked', async () => {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText('one'))
  const adminKey = 'an-admin-key-of-32-characters-000'
  const environment = {
    HOOKLINE_ADMIN_KEY: adminKey,
    HOOKLINE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOOKLINE_PORT: '0',
  }
  const server = startCli(['serve'], { directory, environment })
  const [, url = ''] = await server.printed(/"url":"(http:[^"]+)"/)
  const run = (...args: string[]) =>
    runCli(['admin-keys', ...args, '--url', url], { directory, environment })

  const made = await run('create', 'CI', '--scope', 'operate', '--days', '30')
  expect(made.code).toBe(0)
  expect(made.stdout).toMatch(/^hookline_admin_[\w-]{43}\n$/)
  const id = /^(adm_\w{26}), operate, until /.exec(made.stderr)?.[1] ?? ''

  const key = made.stdout.trim()
  const asked = (path: string, method = 'GET') =>
    fetch(url + path, { method, headers: { authorization: `Bearer ${key}` } })
  expect((await asked('/api/v1/stats')).status).toBe(200)
  expect((await asked('/api/v1/tokens', 'POST')).status).toBe(403)

  const listed = await run('list')
  expect(listed.stdout).toContain(id)
  expect(listed.stdout + listed.stderr + server.stdout()).not.toContain(key.slice(-12))
  expect((await run('revoke', id)).stdout).toBe(`${id} is revoked.\n`)
  expect((await asked('/api/v1/stats')).status).toBe(401)
  const again = await run('revoke', id)
  expect(again.code).toBe(1)
  expect(again.stderr).toContain('No good admin key has this id')
  await server.insist('SIGTERM')
})

test('a password is read from standard input, and its hash printed', async () => {
  const options = { directory: temporaryFolder(), input: `${password}\n` }
  const { code, stdout } = await runCli(['admin-keys', 'password'], options)
  expect(code).toBe(0)
  const hash = parsePasswordHash(stdout.trim())
  expect(hash && (await isPassword(password, hash))).toBe(true)
})

test('a short password is wrong usage, and is not said again', async () => {
  const options = { directory: temporaryFolder(), input: 'hunter2\n' }
  const { code, stdout, stderr } = await runCli(['admin-keys', 'password'], options)
  expect(code).toBe(2)
  expect(stderr).toContain('has 7 characters')
  expect(stdout + stderr).not.toContain('hunter2')
})
