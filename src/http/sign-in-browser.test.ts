import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { launchChromium } from '../../test/chromium.ts'
import { issueSignInLink } from './auth.ts'
import { acceptEvent, adminKey, startServed, type TestServed } from './testing/served.ts'
import { openSocket, type Way } from './testing/ways.ts'

describe('in a browser', () => {
  let browser: Browser
  let page: Page
  let served: TestServed
  let way: Way
  beforeAll(async () => {
    browser = await launchChromium(inject('chromium'))
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    served = await startServed()
    way = await openSocket(served)
    page = await (await browser.newContext()).newPage()
  })
  afterEach(async () => {
    await page.context().close()
    await way.close()
    await served.close()
  })

  const press = (name: string) => page.getByRole('button', { name }).click()

  async function signIn(): Promise<void> {
    await page.goto(`${way.base}/sign-in`)
    await page.getByLabel('Admin key').fill(adminKey)
    await press('Sign in')
    await page.waitForURL(`${way.base}/`)
  }

  test('a link signs in by its button, once', async () => {
    const link = await issueSignInLink({ ...served, sessionKey: served.admin.sessionKey }, way.base)
    await page.goto(link)
    await press('Sign in')
    await page.waitForURL(`${way.base}/`)
    expect(await page.evaluate(() => document.cookie), 'out of reach of scripts').toBe('')
    await page.goto(link)
    await press('Sign in')
    expect(await page.getByRole('alert').textContent()).toContain('not valid')
  })

  test('the key signs in, a wrong one is told so, and signing out ends it', async () => {
    await page.goto(way.base)
    await page.waitForURL(`${way.base}/sign-in`)
    await page.getByLabel('Admin key').fill('not the key')
    await press('Sign in')
    expect(await page.getByRole('alert').textContent()).toContain('not an admin key')
    await signIn()
    await page.goto(`${way.base}/api/v1/stats`)
    expect(await page.textContent('body')).toContain('oldestReadyMs')
    await page.goto(way.base)
    await press('Sign out')
    await page.waitForURL(`${way.base}/sign-in`)
    await page.goto(`${way.base}/api/v1/stats`)
    expect(await page.textContent('body')).toContain('admin_required')
  })

  test('a page on another port has the cookie sent along, and is refused', async () => {
    const id = await acceptEvent(served, { deliveries: [] })
    await signIn()
    const other = await startPage(
      `<form method="post" ` +
        `action="${way.base}/api/v1/events/${id}/replay"><button>Win</button></form>`,
    )
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}`) // a TCP server
    await press('Win')
    expect(await page.textContent('body')).toContain('origin_refused')
    expect((await served.storage.deliveries({}, { limit: 9 })).data).toEqual([])
    await new Promise((resolve) => other.close(resolve).closeAllConnections())
  })

  test('markup in a stored body is shown as text', async () => {
    const body = Buffer.from('<script>document.title = "run"</script><h1>heading</h1>')
    const id = await acceptEvent(served, { body, type: '<b>bold</b>' })
    await signIn()
    expect(await page.locator('td b').count()).toBe(0)
    await page.goto(`${way.base}/api/v1/events/${id}`)
    expect(await page.title()).not.toBe('run')
    expect(await page.locator('h1').count()).toBe(0)
    expect(await page.textContent('body')).toContain('<h1>heading</h1>')
  })
})

async function startPage(html: string): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
