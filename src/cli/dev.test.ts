import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appFolder, appText } from './testing/app-folder.ts'
import { runCli, startCli, temporaryFolder } from './testing/cli-process.ts'
import { until } from './testing/until.ts'

const anyPorts = ['--port', '0', '--sandbox-port', '0']

interface Page {
  readonly version: string
  readonly pid: number
  readonly stripeBase: string
  readonly stripeKey: string
}

async function page(url: string, path = '/page'): Promise<Page> {
  const response = await fetch(`${url}${path}`, { headers: { connection: 'close' } })
  return (await response.json()) as Page // the app of app-folder.ts answers so
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the development server of an app', async () => {
  const directory = appFolder()
  const appPath = join(directory, 'hookline.ts')
  const write = (text: string) => writeFileSync(appPath, text)
  const hooklineFile = (name: string) => join(directory, '.hookline', name)
  write(appText('broken').replace('const app =', 'const ='))
  const dev = startCli(['dev', ...anyPorts], { directory })
  const state = { url: '', sandboxUrl: '' }

  const trigger = () =>
    runCli(['trigger', 'stripe', 'payment_intent.succeeded', '--sandbox-url', state.sandboxUrl], {
      directory,
    })

  test('waits for the repair of a file that does not load, and says where', async () => {
    await dev.printed(
      /^hookline: hookline\.ts does not load: SyntaxError: .*\(hookline\.ts:3\).*\n/m,
    )
    expect(dev.stdout()).toBe('')
    write(appText('1'))
    const [, url = ''] = await dev.printed(/App +(http:\S+)/)
    const [, sandboxUrl = ''] = await dev.printed(/Sandbox +(http:\S+)/)
    Object.assign(state, { url, sandboxUrl })
  })

  test('says where everything is, with a link that signs in once', async () => {
    expect(dev.stdout()).toContain('Hookline runs hookline.ts')
    expect(dev.stdout()).toContain(`${state.url}/webhooks/stripe`)
    const [, link = ''] = await dev.printed(/Dashboard +(http:\S+\/sign-in\?token=\S+)/)
    expect((await fetch(link)).status).toBe(200)
    await dev.printed(/Stop +Ctrl-C\n/)
  })

  test('gives the app the address of the sandbox', async () => {
    expect(await page(state.url)).toMatchObject({
      version: '1',
      stripeBase: state.sandboxUrl,
      stripeKey: 'sk_test_sandbox',
    })
  })

  test('keeps its keys and secrets for the owner alone', () => {
    expect(statSync(join(directory, '.hookline')).mode & 0o777).toBe(0o700)
    for (const name of ['admin-key', 'master-key', 'dev-secrets.json']) {
      expect(statSync(hooklineFile(name)).mode & 0o777, name).toBe(0o600)
    }
  })

  test('runs the new text of a file that changed, at the same address', async () => {
    write(appText('2'))
    await dev.printed(/^reloaded because hookline\.ts changed$/m)
    expect((await page(state.url)).version).toBe('2')
    expect(dev.stdout().match(/sign-in/g)).toHaveLength(1)
  })

  test('serves nothing while the file is broken, and all again once it is repaired', async () => {
    write(`${appText('3')}\nconst = 1\n`)
    await dev.printed(/SyntaxError: .*Nothing is served until a file changes\.\n[\s\S]*SyntaxError/)
    await expect(page(state.url)).rejects.toThrow('fetch failed')
    write(appText('4'))
    await until('the repaired file is served', async () =>
      (await page(state.url)).version === '4' ? true : undefined,
    )
  })

  test('goes on after a promise that nobody handled, and says so', async () => {
    const { pid } = await page(state.url, '/reject')
    await dev.printed(/a promise was rejected .*nobody handles this/)
    expect((await page(state.url)).pid).toBe(pid)
  })

  test('starts again after the app ended the process', async () => {
    const { pid } = await page(state.url)
    await expect(page(state.url, '/crash')).rejects.toThrow('fetch failed')
    await dev.printed(/^the server ended by itself \(exit code 7\); starting it again in 200 ms$/m)
    await dev.printed(/^the server runs again$/m)
    expect((await page(state.url)).pid).not.toBe(pid)
    expect((await trigger()).code).toBe(0)
  })

  test('waits longer each time while the app does not stay', async () => {
    write('process.exit(3)\n')
    await dev.printed(/\(exit code 3\); starting it again in 200 ms\n.*\(exit code 3\);.* 400 ms\n/)
    write(appText('5'))
    await dev.printed(/ 400 ms\n(the server ended .*\n)*reloaded because hookline\.ts changed\n/)
    expect((await page(state.url)).version).toBe('5')
  })

  test('takes the secret that .env.local sets, from the next event on', async () => {
    const secret = `whsec_${'o'.repeat(32)}`
    writeFileSync(join(directory, '.env.local'), `STRIPE_WEBHOOK_SECRET=${secret}\n`)
    await dev.printed(/^reloaded because \.env\.local changed$/m)
    const { code, stdout, stderr } = await trigger()
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^evt_\w+ {2}payment_intent\.succeeded {2}200 .*"received":true/)
    expect(code).toBe(0)
    expect(dev.stdout() + dev.stderr() + stdout).not.toContain(secret)
  })

  test('prints no key and no secret', () => {
    const secrets = ['admin-key', 'master-key'].map((name) =>
      readFileSync(hooklineFile(name), 'utf8').trim(),
    )
    const { stripe } = JSON.parse(readFileSync(hooklineFile('dev-secrets.json'), 'utf8'))
    for (const secret of [...secrets, stripe]) {
      expect(secret.length).toBeGreaterThan(30)
      expect(dev.stdout() + dev.stderr()).not.toContain(secret)
    }
  })

  test('leaves nothing behind when it is killed', async () => {
    const { pid } = await page(state.url)
    process.kill(dev.pid, 'SIGKILL')
    await dev.ended
    await until('the process of the app has ended', () => (isAlive(pid) ? undefined : true))
  })
})

describe('in an empty folder', () => {
  test('the demo shop runs, and Ctrl-C ends it in order', async () => {
    const directory = temporaryFolder()
    const dev = startCli(['dev', ...anyPorts], { directory, isOwnGroup: true })
    const [, shopUrl = ''] = await dev.printed(/Shop +(http:\S+\/shop)/)
    expect(dev.stdout()).toContain('Hookline runs the built-in demo')
    const response = await fetch(shopUrl)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
    // To the whole group, as a terminal does; npm then hands it on once more.
    process.kill(-dev.pid, 'SIGINT')
    process.kill(dev.pid, 'SIGINT')
    const { code, stderr } = await dev.ended
    expect(stderr).toBe('')
    expect(code).toBe(0)
    await expect(fetch(shopUrl)).rejects.toThrow('fetch failed')
  })
})

test('a second Ctrl-C does not wait for a request that hangs', async () => {
  const directory = appFolder()
  writeFileSync(join(directory, 'app.ts'), appText('1'))
  const dev = startCli(['dev', 'app.ts', '--no-sandbox', '--port', '0', '--json'], { directory })
  const { url, sandboxUrl } = JSON.parse((await dev.printed(/^\{"event":"ready".*\}$/m))[0])
  expect(sandboxUrl).toBeUndefined()
  const { pid, stripeBase } = await page(url)
  expect(stripeBase).toBeUndefined()
  const hung = fetch(`${url}/hang`).catch(() => 'cut off')
  await dev.printed(/begun \/hang/)
  await dev.insist('SIGINT')
  expect((await dev.ended).code).toBe(1)
  expect(await hung).toBe('cut off')
  await until('the process of the app has ended', () => (isAlive(pid) ? undefined : true))
})

test.each([
  ['server', (port: string) => ['--port', port, '--sandbox-port', '0'], '--port'],
  [
    'sandbox',
    (port: string) => ['--port', '0', '--sandbox-port', port],
    '--port and --sandbox-port',
  ],
])('a port of the %s that is taken is one line and exit 1', async (_, portOptions, says) => {
  const taken = createServer()
  const port = await new Promise<string>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve(String(Object(taken.address()).port)))
  })
  const { code, stderr } = await runCli(['dev', ...portOptions(port)], {
    directory: temporaryFolder(),
  })
  taken.close()
  expect(stderr).toMatch(/^hookline: Port \d+ .*is taken.*\n$/)
  expect(stderr).toContain(says)
  expect(code).toBe(1)
})
