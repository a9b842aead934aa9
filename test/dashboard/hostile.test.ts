import { afterAll, beforeAll, expect, test } from 'vitest'
import { stripeEvent } from '../seams.ts'
import { type RunningApp, startApp, type Visitor, visit } from './app.ts'

let app: RunningApp
let visitor: Visitor

beforeAll(async () => {
  app = await startApp()
  visitor = await visit(app.url)
})

afterAll(async () => {
  await visitor?.close()
  await app?.stop()
})

const script = `<script>document.title='taken'</script><img src=x onerror="document.title='taken'">`
const rightToLeft = 'user \u202egnp.exe\u2066 \u200f'
const depth = 5_000

/** Each is an event's body, and what of it must be read on the page, letter by letter. */
const payloads: readonly (readonly [what: string, body: string, shown: string])[] = [
  ['a script', stripeEvent('evt_1', { note: script }), script],
  ['a script as the type', stripeEvent('evt_2', { type: script }), script],
  ['marks of direction', stripeEvent('evt_3', { note: rightToLeft }), '\\u202egnp.exe\\u2066'],
  ['NULs', stripeEvent('evt_4', { note: 'a\u0000b' }), 'a\\u0000b'],
  [
    'a line of 1 MiB',
    stripeEvent('evt_5', { note: 'x'.repeat(1_000_000) }),
    '1,000,000 characters',
  ],
  ['5,000 levels', nested('evt_6'), 'down'],
  [
    'a number no double holds',
    stripeEvent('evt_7', { note: 0 }).replace('"note":0', '"note":12345678901234567890'),
    '12345678901234567890',
  ],
]

function nested(id: string): string {
  const inner = `${'{"down":'.repeat(depth)}1${'}'.repeat(depth)}`
  return stripeEvent(id, { deep: 0 }).replace('"deep":0', `"deep":${inner}`)
}

test.each(payloads)('a payload with %s is text and nothing else', async (_, body, shown) => {
  const { page, faults } = visitor
  const id = await app.send(body)
  await page.goto(`${app.url}/hookline/test/events/${id}`)
  await page.getByRole('region', { name: 'Body as a tree' }).getByText(shown).first().waitFor()
  await page.getByRole('tab', { name: 'Text' }).click()
  await page.getByRole('region', { name: 'Body as text' }).waitFor()
  await page.getByRole('tab', { name: 'Bytes' }).click()
  await page.getByRole('region', { name: 'Body as bytes' }).getByText('7b 22').first().waitFor()
  expect(await page.title()).toMatch(/– Hookline$/)
  expect(await page.locator('main img, main script').count()).toBe(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
  expect(faults).toEqual([])
})

test('5,000 levels open all at once, and the deepest is reached', async () => {
  const { page, faults } = visitor
  const id = await app.send(nested('evt_8'))
  await page.goto(`${app.url}/hookline/test/events/${id}`)
  await page.getByRole('button', { name: 'Open all' }).click()
  const tree = page.getByRole('region', { name: 'Body as a tree' })
  await tree.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }))
  await tree.getByText('down').first().waitFor()
  const tall = await tree.evaluate((element) => element.scrollHeight)
  expect(tall).toBeGreaterThan(depth * 20)
  expect(faults).toEqual([])
})

test('text that a handler throws is text', async () => {
  const { page, faults } = visitor
  const id = await app.send(stripeEvent('evt_9', { type: 'invoice.payment_failed', note: script }))
  await page.goto(`${app.url}/hookline/test/events/${id}`)
  await page.getByRole('region', { name: 'What happened' }).getByText('TypeError').waitFor()
  expect(faults).toEqual([])
})
