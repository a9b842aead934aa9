import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { openStorage } from '../../src/storage/open.ts'
import type { NewEvent } from '../../src/storage/storage.ts'
import { stripeEvent } from '../seams.ts'
import { type RunningApp, startApp, type Visitor, visit } from './app.ts'

const eventsListed = 100_000
const eventsReplayed = 5_000
const taskMsMax = 100
const scrollSteps = 60
const eventsPerTransaction = 5_000
/** To read them all, a page of the list after the other; it is the scrolling that is measured. */
const readMsMax = 120_000
const rowPx = 44

let app: RunningApp
let visitor: Visitor

beforeAll(async () => {
  app = await startApp(fill)
  visitor = await visit(app.url)
}, 120_000)

afterAll(async () => {
  await visitor?.close()
  await app?.stop()
})

/** As the server stores them, many in a transaction: seconds for all of them. */
async function fill(database: string): Promise<void> {
  const storage = await openStorage({ database, clock: systemClock })
  for (let from = 0; from < eventsListed; from += eventsPerTransaction) {
    const numbers = Array.from({ length: eventsPerTransaction }, (_, i) => from + i)
    await storage.acceptEvents(numbers.map(newEvent))
  }
  await storage.close()
}

/** The first of them are of the type that is replayed. */
function newEvent(n: number): NewEvent {
  const type = n < eventsReplayed ? 'invoice.paid' : 'customer.updated'
  return {
    source: 'stripe',
    dedupeKey: `evt_${n}`,
    type,
    mode: 'test',
    receivedAt: systemClock.now() - (eventsListed - n) * 100,
    occurredAt: null,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify({ id: `evt_${n}`, type })),
    deliveries: [],
  }
}

test('100,000 events scroll without a task of the page over 100 ms', async () => {
  const { page, context } = visitor
  await page.goto(`${app.url}/hookline/test/events`)
  const list = page.getByRole('list', { name: 'Events' })
  await list.getByRole('link').first().waitFor()
  await readAll(page)
  const log = await context.newCDPSession(page)
  const tasks = await tasksDuring(log, () => scrollThrough(page))
  expect(tasks.length).toBeGreaterThan(scrollSteps)
  expect(Math.max(...tasks)).toBeLessThan(taskMsMax)
}, 180_000)

/** Scrolls to the end, where the next rows are read, until there are no more. */
async function readAll(page: Page): Promise<void> {
  const list = page.getByRole('list', { name: 'Events' })
  await list.evaluate(
    async (element, { wantedPx, giveUpAt }) => {
      const scroller = element.parentElement
      while (element.clientHeight < wantedPx && performance.now() < giveUpAt) {
        scroller?.scrollTo({ top: element.clientHeight })
        await new Promise(requestAnimationFrame)
      }
    },
    { wantedPx: eventsListed * rowPx, giveUpAt: readMsMax },
  )
  expect(await list.evaluate(({ clientHeight }) => clientHeight)).toBe(eventsListed * rowPx)
}

async function scrollThrough(page: Page): Promise<void> {
  await page.getByRole('list', { name: 'Events' }).evaluate(async (element, steps) => {
    for (let i = 0; i < steps; i++) {
      // Far jumps and short ones: nothing of what is shown next was there before.
      const share = i % 2 === 0 ? i / steps : ((i * 37) % steps) / steps
      element.parentElement?.scrollTo({ top: element.clientHeight * share })
      await new Promise(requestAnimationFrame)
    }
  }, scrollSteps)
}

interface TraceEvent {
  readonly name: string
  readonly tid: number
  /** Microseconds of the thread's own time, which other programs do not lengthen. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** How long each task of the pages' threads took, in milliseconds, out of the browser's own log. */
async function tasksDuring(log: CDPSession, run: () => Promise<void>): Promise<number[]> {
  const events: TraceEvent[] = []
  // The protocol leaves open what an event holds; each member is looked at before it is used.
  log.on('Tracing.dataCollected', ({ value }) => events.push(...(value as never[])))
  const ended = new Promise<void>((resolve) => log.once('Tracing.tracingComplete', () => resolve()))
  await log.send('Tracing.start', { categories: 'toplevel,disabled-by-default-devtools.timeline' })
  await run()
  await log.send('Tracing.end')
  await ended
  const threads = events
    .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
    .map(({ tid }) => tid)
  return events
    .filter(({ name, tid }) => name === 'RunTask' && threads.includes(tid))
    .map(({ tdur = 0 }) => tdur / 1_000)
}

test('what is new is counted and moves nothing while one reads further down', async () => {
  const { page } = visitor
  const scroller = page.getByRole('list', { name: 'Events' }).locator('..')
  await scroller.evaluate((element) => element.scrollTo({ top: 50_000 }))
  const seen = () =>
    scroller.evaluate((element) => [element.scrollTop, element.textContent?.slice(0, 400)])
  await page.waitForFunction(() => document.querySelector('li[data-index="1140"]') !== null)
  const before = await seen()
  await app.send(stripeEvent('evt_newest'))
  await page.getByRole('button', { name: '1 new' }).waitFor()
  expect(await seen()).toEqual(before)
  await page.getByRole('button', { name: '1 new' }).click()
  await page.waitForFunction(() => document.querySelector('li[data-index="0"]') !== null)
  await page.getByRole('button', { name: '1 new' }).waitFor({ state: 'detached' })
})

test('a replay of 5,000 events goes on when its tab is closed', async () => {
  const { context, faults } = visitor
  const first = await context.newPage()
  await first.goto(`${app.url}/hookline/test/events?type=invoice.paid`)
  await first.getByRole('button', { name: 'Replay these' }).click()
  await first.getByText('5,000 events match the filter').waitFor()
  await first.getByRole('button', { name: 'Replay 5,000' }).click()
  await first.getByRole('progressbar', { name: 'Replayed' }).waitFor()
  await first.close()
  const second = await context.newPage()
  await second.goto(`${app.url}/hookline/test/replays`)
  await second.getByText('5,000 of 5,000 events').waitFor({ timeout: 60_000 })
  await second.close()
  expect(faults).toEqual([])
}, 60_000)
