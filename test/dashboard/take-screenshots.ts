/**
 * Takes the pictures of the dashboard: `npm run screenshots`. Each page with real events of the
 * sandbox, light and dark, wide and narrow, into docs/images/dashboard. Names after `--` take those
 * alone: `npm run screenshots -- sources calls`.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../chromium.ts'
import { type DevServer, startDev } from './dev-server.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/images/dashboard')
/** For what moves to come to rest, and on the line for the dots to be on their way. */
const restMs = 700
const sampledMs = 65_000

const sent: readonly (readonly [type: string, times: number])[] = [
  ['customer.created', 3],
  ['payment_intent.succeeded', 8],
  ['invoice.payment_failed', 4],
  ['checkout.session.completed', 2],
  ['charge.refunded', 1],
  ['payment_intent.succeeded', 4],
]

/** The pages; a type in braces stands for the id of its newest event. */
const pages: readonly (readonly [name: string, path: string])[] = [
  ['line', ''],
  ['events', '/events'],
  ['event', '/events/{payment_intent.succeeded}'],
  ['event-failed', '/events/{invoice.payment_failed}'],
  ['dead-letters', '/failed'],
  ['replays', '/replays'],
  ['rejected', '/rejected'],
  ['sources', '/sources'],
  ['add-source', '/sources/add?provider=twilio&name=twilio'],
  ['documents', '/documents'],
  ['document', '/documents/users/u_1'],
  ['keys', '/keys'],
  ['calls', '/calls'],
  ['health', '/health'],
  ['logs', '/logs'],
  ['audit', '/audit'],
  ['sandbox', '/sandbox'],
  ['learn', '/learn'],
]

const sizes = [
  { name: 'wide', width: 1280, height: 800 },
  { name: 'narrow', width: 360, height: 740 },
] as const

await takeAll()

async function takeAll(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const server = await startDev(join(import.meta.dirname, 'demo/hookline.ts'))
  const browser = await launchChromium()
  try {
    await fill(server)
    await takeEach(browser, server)
  } finally {
    await browser.close()
    await server.stop()
  }
}

async function fill(server: DevServer): Promise<void> {
  for (const [type, times] of sent) await trigger(server, type, times)
  const headers = { 'stripe-signature': `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}` }
  const forged = { method: 'POST', headers, body: '{"type":"payment_intent.succeeded"}' }
  await fetch(`${server.url}/webhooks/stripe`, forged)
  // What happened is written down once a minute, and the plots are made of that.
  await new Promise((resolve) => setTimeout(resolve, sampledMs))
}

async function trigger(server: DevServer, type: string, times: number): Promise<void> {
  const options = ['--times', String(times), '--sandbox-url', server.sandboxUrl]
  await server.run('trigger', 'stripe', type, ...options)
}

async function takeEach(browser: Browser, server: DevServer): Promise<void> {
  const page = await browser.newPage()
  await page.goto(server.signInLink)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Line' }).waitFor()
  for (const { name: size, width, height } of sizes) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [name, path] of pages.filter(isWanted)) {
        await open(page, server, path)
        if (name === 'line') await sendAlong(server)
        if (name === 'sandbox') await playSome(page)
        if (name === 'calls') await callOnce(page)
        await page.waitForTimeout(restMs)
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) })
      }
    }
  }
}

function isWanted([name]: (typeof pages)[number]): boolean {
  const wanted = process.argv.slice(2)
  return wanted.length === 0 || wanted.includes(name)
}

/** One that fails first, so that its mark is there while the others still travel. */
async function sendAlong(server: DevServer): Promise<void> {
  await trigger(server, 'invoice.payment_failed', 1)
  await trigger(server, 'payment_intent.succeeded', 3)
}

async function playSome(page: Page): Promise<void> {
  for (const name of ['Send many', 'Forge it', 'Send it three times']) {
    await page.getByRole('button', { name }).click()
    await page.getByRole('button', { name, disabled: false }).waitFor()
  }
  await page.mouse.move(0, 0)
  await page.locator('#content').evaluate((element) => element.scrollTo({ top: 0 }))
}

/** In the console, at the API that the sandbox plays. */
async function callOnce(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make a test call' }).click()
  await page.getByLabel('API').selectOption('sandbox')
  await page.getByRole('button', { name: 'GET /v1/balance' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('region', { name: 'The answer' }).waitFor()
  await page.mouse.move(0, 0)
}

async function open(page: Page, server: DevServer, path: string): Promise<void> {
  const type = /\{(.+)\}/.exec(path)?.[1]
  const at = type === undefined ? path : `/events/${await newestId(page, type)}`
  await page.goto(`${server.url}/hookline/test${at}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** Asked by the page, which is signed in. */
async function newestId(page: Page, type: string): Promise<string> {
  return await page.evaluate(async (wanted) => {
    const response = await fetch(`/api/v1/events?limit=1&type=${wanted}`)
    const { data } = (await response.json()) as { data: { id: string }[] }
    return data[0]?.id ?? ''
  }, type)
}
