import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Rollup } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { hookline } from '../../src/index.ts'
import { launchChromium } from '../chromium.ts'

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    root: import.meta.dirname,
    resolve: { conditions: ['hookline-source', 'browser', 'import', 'module', 'default'] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: { entry: join(import.meta.dirname, 'page.ts'), formats: ['es'] },
    },
  })
  const [first] = built as Rollup.RollupOutput[] // one format is one output
  return first?.output[0].code ?? ''
}

test('a component shows a document, and again each time that it changes', async () => {
  const script = await bundle()
  const directory = mkdtempSync(join(tmpdir(), 'hookline-'))
  const app = hookline({
    sources: {},
    fallback: ({ url }) =>
      url.includes('/page.js')
        ? new Response(script, { headers: { 'content-type': 'text/javascript' } })
        : new Response('<body><script type="module" src="/page.js"></script>', {
            headers: { 'content-type': 'text/html' },
          }),
  })
  const adminKey = 'an-admin-key-for-tests-0123456789'
  await app.start({ database: join(directory, 'test.db'), port: 0, adminKey, log: silentLog })
  const { url } = await app.listen()
  const browser = await launchChromium()
  onTestFinished(async () => {
    await browser.close()
    await app.stop(500)
    rmSync(directory, { recursive: true })
  })
  const token = await app.token({ sub: 'u_1', read: ['users/u_1'], expiresIn: 60 })
  const page = await browser.newPage()
  await page.goto(`${url}/page?token=${token}`)
  const shown = page.locator('#shown')
  await expect.poll(() => shown.textContent()).toBe('nobody')
  await app.doc('users/u_1').set({ name: 'Ada' })
  await expect.poll(() => shown.textContent()).toBe('name: Ada')
  await app.doc('users/u_1').update({ name: 'Grace' })
  await expect.poll(() => shown.textContent()).toBe('name: Grace')
  await app.doc('users/u_1').delete()
  await expect.poll(() => shown.textContent()).toBe('nobody')
})
