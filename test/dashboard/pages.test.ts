import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminKey, stripeEvent } from '../seams.ts'
import { failure, type RunningApp, startApp, type Visitor, visit } from './app.ts'
import { beyondWindow } from './axe.ts'

const assets = join(import.meta.dirname, '../../dist/dashboard/assets')

let app: RunningApp
let visitor: Visitor
let failedId: string

beforeAll(async () => {
  app = await startApp()
  await app.send(stripeEvent('evt_paid'))
  failedId = await app.send(stripeEvent('evt_late', { type: 'invoice.payment_failed' }))
  await app.send(stripeEvent('evt_forged'), 'whsec_of_somebody_else_0123456789abcdef')
  visitor = await visit(app.url)
})

afterAll(async () => {
  await visitor?.close()
  await app?.stop()
})

/** Each page, and a text that is there when it shows what it is for. */
const pages: readonly (readonly [path: string, heading: string, text: string])[] = [
  ['', 'Line', 'Latest events'],
  ['/events', 'Events', 'payment_intent.succeeded'],
  ['/events?status=failed', 'Events', 'invoice.payment_failed'],
  ['/failed', 'Dead letters', failure],
  ['/replays', 'Replays', 'Nothing was replayed yet'],
  ['/rejected', 'Rejected', 'stripe'],
  ['/sources', 'Sources', '/webhooks/stripe'],
  ['/sources/add', 'Add a source', 'Any other sender'],
  ['/sources/add?provider=github&name=hub', 'Add a source', 'This card follows along'],
  ['/documents', 'Documents', 'users/u_1'],
  ['/documents/users/u_1', 'users/u_1', 'unlocked'],
  ['/keys', 'Keys', 'key is set or wanted'],
  ['/calls', 'Calls', 'No call was made yet'],
  ['/health', 'Health', 'Event loop is late by'],
  ['/logs', 'Logs', 'refused a webhook'],
  ['/audit', 'Audit', 'sign'],
  ['/nowhere', 'Not found', 'There is no such page'],
]

async function open(path: string, text: string): Promise<void> {
  const { page } = visitor
  await page.goto(`${app.url}/hookline/test${path}`)
  await page.getByRole('main').getByText(text).first().waitFor()
}

/** In the dark only the colours are others. */
async function violations(only: readonly string[] = []): Promise<string[]> {
  const { page } = visitor
  await page.evaluate(axe.source)
  const result = await page.evaluate(
    (rules) =>
      (window as unknown as { axe: typeof axe }).axe.run(
        rules.length > 0 ? { runOnly: [...rules] } : {},
      ),
    only,
  )
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe.each(pages)('the page at %s', (path, heading, text) => {
  test('shows what it is for, in light and dark, to everybody', async () => {
    const { page } = visitor
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await open(path, text)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      const only = colorScheme === 'dark' ? ['color-contrast'] : []
      expect(await violations(only)).toEqual([])
    }
  })

  test('scrolls beside the menu, and never sideways, from 360 to 2560 pixels', async () => {
    const { page } = visitor
    await open(path, text)
    for (const width of [360, 768, 1024, 2560]) {
      await page.setViewportSize({ width, height: 800 })
      const over = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.body.clientWidth)
      expect(await over(), `at ${width}`).toBeLessThanOrEqual(0)
      expect(await beyondWindow(page), `below the window at ${width}`).toBeLessThanOrEqual(0)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })
})

test('an event tells its story, with why its handler failed', async () => {
  await open(`/events/${failedId}`, failure)
  expect(await violations()).toEqual([])
  const story = visitor.page.getByRole('region', { name: 'What happened' })
  const steps = await story.getByRole('heading').allTextContents()
  expect(steps.slice(0, 3)).toEqual(['Received', 'Verified', 'Stored'])
  expect(steps.slice(3, 5).sort()).toEqual(['ledger', 'remind'])
  expect(steps.slice(5)).toEqual(['Documents changed'])
  await story.getByText('+ type: "invoice.payment_failed"').waitFor()
})

test('what is typed into the filter is in the address, and the address is a filter', async () => {
  const { page } = visitor
  await open('/events', 'payment_intent.succeeded')
  await page.getByLabel('Status').selectOption('failed')
  await page.getByText('payment_intent.succeeded').waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe('?status=failed')
  await page.reload()
  await page.getByText('invoice.payment_failed').first().waitFor()
  expect(await page.getByText('payment_intent.succeeded').count()).toBe(0)
})

test('the command menu reaches an event by keyboard alone', async () => {
  const { page } = visitor
  await open('', 'Latest events')
  await page.keyboard.press('Control+k')
  await page.keyboard.type(failedId)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'invoice.payment_failed' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('dead')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Dead letters' }).waitFor()
})

test('an event that arrives is shown without a question of the page', async () => {
  const { page } = visitor
  await open('/events', 'payment_intent.succeeded')
  await app.send(stripeEvent('evt_new', { type: 'customer.created' }))
  await page.getByText('customer.created').first().waitFor()
})

test('no page asked another host, broke its policy or threw an error', () => {
  expect(visitor.faults).toEqual([])
})

test('the policy takes no script and no style from inside a page', async () => {
  const cookie = (await visitor.context.cookies())
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const response = await fetch(`${app.url}/`, { headers: { cookie } })
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(response.status).toBe(200)
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|data:|https?:|\*/)
  const page = await response.text()
  expect(page).not.toMatch(/<script(?![^>]*src=)|<style|style=| on\w+=/)
})

test('all of its scripts together are below 200 kB, gzipped', async () => {
  const names = (await readdir(assets)).filter((name) => name.endsWith('.js'))
  expect(names.length).toBeGreaterThan(1)
  const sizes = names.map(async (name) => gzipSync(await readFile(join(assets, name))).byteLength)
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeLessThan(200_000)
})

test('without a session a page leads to the form, and no file is given out', async () => {
  const page = await fetch(`${app.url}/hookline/test/events`, { redirect: 'manual' })
  expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in'])
  const admin = { headers: { authorization: `Bearer ${adminKey}` } }
  const html = await (await fetch(`${app.url}/`, admin)).text()
  const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? ''
  expect((await fetch(app.url + script)).status).toBe(401)
  expect((await fetch(app.url + script, admin)).status).toBe(200)
})

test('a session that ends is said so, and signing in leads back to the page', async () => {
  const { page, context, faults } = visitor
  await open('/rejected', 'stripe')
  await context.clearCookies()
  await page.getByRole('link', { name: 'Documents' }).click()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.fill('#key', adminKey)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor()
  // The browser itself notes each answer of 401 as an error.
  faults.length = 0
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
})
