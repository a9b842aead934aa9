import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { aSample } from '../../src/http/testing/observed.ts'
import { openStorage } from '../../src/storage/open.ts'
import { plainAnswer } from '../calls/upstream.ts'
import { stripeEvent } from '../seams.ts'
import { type Visitor, visit } from './app.ts'
import { expectGoodShape } from './axe.ts'
import { firstSecret, type KeyedApp, secondSecret, startKeyedApp } from './keyed-app.ts'

const key = 'STRIPE_WEBHOOK_SECRET'
/** Requests on their way at the same time. */
const senders = 4
const sentMin = 60
const hourMs = 3_600_000

let app: KeyedApp
let visitor: Visitor

beforeAll(async () => {
  app = await startKeyedApp(plainAnswer, fillQuietly)
  visitor = await visit(app.url)
  // Colours that are on their way from one to another are neither.
  await visitor.page.emulateMedia({ reducedMotion: 'reduce' })
})

afterAll(async () => {
  await visitor?.close()
  await app?.stop()
})

/** A source that sent each hour, and has been silent for a day. */
async function fillQuietly(database: string): Promise<void> {
  const storage = await openStorage({ database, clock: systemClock })
  const hour = systemClock.now() - (systemClock.now() % hourMs)
  const hours = [30, 29, 28, 27, 26, 25].map((ago) => hour - ago * hourMs)
  await storage.writeSamples(
    hours.map((at) => aSample(at, { at, stepMs: hourMs, label: 'github' })),
  )
  await storage.acceptEvents([
    {
      ...{ source: 'github', dedupeKey: 'd-1', type: 'push', mode: 'test' as const },
      ...{ receivedAt: hour - 25 * hourMs, occurredAt: null, headers: [], deliveries: [] },
      body: Buffer.from('{}'),
    },
  ])
  await storage.close()
}

async function open(path: string, heading: string): Promise<void> {
  const { page } = visitor
  await page.goto(`${app.url}/hookline/test${path}`)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
}

/** Locators are asked again and again until they find what they name. */
function card(name: string) {
  return visitor.page.getByRole('listitem', { name, exact: true })
}

test('a card says what is missing next, and a secret set on it is taken at once', async () => {
  await open('/sources', 'Sources')
  const { page } = visitor
  await card('stripe').getByText('secret missing').waitFor()
  await card('github').getByText('Set GITHUB_WEBHOOK_SECRET').waitFor()
  await card('stripe').getByRole('button', { name: 'Set' }).click()
  expect(await page.getByLabel('Name').inputValue()).toBe(key)
  await page.getByLabel('Value').fill(firstSecret)
  await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click()
  await card('stripe').getByText('waiting for its first event').waitFor()
  expect(await app.send(stripeEvent('evt_first'), firstSecret)).toBe(200)
  await card('stripe').getByText('works').waitFor()
})

test('a source that is quiet for too long says so, and the other does not', async () => {
  await card('github').getByText('Quiet for longer than usual: its longest silence').waitFor()
  expect(await card('stripe').getByText('Quiet').count()).toBe(0)
})

test('types that no handler takes are marked, and the others are not', async () => {
  await app.send(stripeEvent('evt_other', { type: 'charge.refunded' }), firstSecret)
  const types = card('stripe').getByRole('region', { name: 'Event types of stripe' })
  await types.getByText('1 type has no handler').waitFor()
  const rows = await types.getByRole('listitem').allInnerTexts()
  expect(rows.map((row) => row.split('\n'))).toEqual([
    ['charge.refunded', 'no handler', '1'],
    ['payment_intent.succeeded', '1'],
  ])
})

test('a secret is rotated on the card while events come, and none is refused', async () => {
  const { page } = visitor
  const statuses: number[] = []
  let [isOver, newest] = [false, firstSecret]
  const load = Array.from({ length: senders }, async (_, n) => {
    for (let i = 0; !isOver; i++) {
      // Half of the senders do not learn of the new secret, as at a provider that takes its time.
      const secret = n % 2 === 0 ? newest : firstSecret
      statuses.push(await app.send(stripeEvent(`evt_${n}_${i}`), secret))
      await pause(5)
    }
  })
  await open('/sources', 'Sources')
  await card('stripe').getByRole('button', { name: 'Rotate' }).click()
  await page.getByLabel('Value', { exact: true }).fill(secondSecret)
  await page.getByLabel('The value before is good for').selectOption({ label: 'an hour more' })
  const before = statuses.length
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  newest = secondSecret
  const enough = statuses.length + sentMin
  while (statuses.length < enough) await pause(5)
  isOver = true
  await Promise.all(load)
  expect(before).toBeGreaterThan(0)
  expect(statuses.filter((status) => status !== 200)).toEqual([])
})

test('both secrets are shown by fingerprint, and the grace of the old one runs down', async () => {
  const secrets = card('stripe').getByRole('region', { name: 'Secrets of stripe' })
  const timer = secrets.getByRole('timer')
  await timer.getByText(/^Replaced\. Good for 59 min \d+ s more\.$/).waitFor()
  const first = await timer.innerText()
  await visitor.page.waitForFunction(
    (text) => document.querySelector('[role=timer]')?.textContent !== text,
    first,
  )
  const prints = (await secrets.innerText()).match(/\b[0-9a-f]{12}\b/g) ?? []
  expect(new Set(prints).size).toBe(2)
  expect(await visitor.page.content()).not.toMatch(/whsec_[12]/)
})

test('an event tells which of the two secrets verified it', async () => {
  const { page } = visitor
  for (const [secret, id, position] of [
    [firstSecret, 'evt_by_old', 'second of 2 that were good, from the newest on'],
    [secondSecret, 'evt_by_new', 'the newest of 2 that were good'],
  ] as const) {
    expect(await app.send(stripeEvent(id), secret)).toBe(200)
    const { data } = await app.api.events.list({ limit: 1 })
    await open(`/events/${data[0]?.id}`, 'payment_intent.succeeded')
    const story = page.getByRole('region', { name: 'What happened' })
    await story.getByText(position).waitFor()
    await story.getByRole('link', { name: key }).waitFor()
    expect(await page.content()).not.toContain(secret)
  }
})

test('the end of the grace is seen without a question of anybody', async () => {
  const { page } = visitor
  await app.api.keys.set(key, { value: firstSecret })
  await app.api.keys.rotate(key, { value: secondSecret, graceMs: 2_000 })
  await open('/sources', 'Sources')
  const rows = card('stripe').getByRole('region', { name: 'Secrets of stripe' })
  await rows.getByRole('timer').first().waitFor()
  await page.waitForFunction(() => document.querySelector('[role=timer]') === null)
  expect(await rows.getByText('Stripe webhook secret').count()).toBe(1)
})

test.each([
  ['/sources', 'Sources', 'Stripe webhook secret'],
  ['/sources/add', 'Add a source', 'Twilio'],
  ['/sources/add?provider=google-pubsub&name=google-pubsub', 'Add a source', 'Service account'],
  ['/sources/add?provider=meta&name=meta', 'Add a source', 'META_VERIFY_TOKEN'],
])('%s is good for everybody, in light and dark, narrow and wide', async (path, heading, text) => {
  await open(path, heading)
  await visitor.page.getByText(text).first().waitFor()
  await expectGoodShape(visitor.page, expect)
})

test('no source of the other mode is shown', async () => {
  await visitor.page.goto(`${app.url}/hookline/live/sources`)
  await visitor.page.getByText('No source is in live mode').waitFor()
  expect(await card('stripe').count()).toBe(0)
})

test('no page asked another host, broke its policy or threw an error', () => {
  expect(visitor.faults).toEqual([])
})
