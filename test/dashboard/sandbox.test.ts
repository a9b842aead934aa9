import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type RunningApp, startApp, type Visitor, visit } from './app.ts'
import { expectGoodShape } from './axe.ts'
import { type DevVisit, visitDev } from './dev-visit.ts'

/** axe looks at each element of the page, in both themes. */
const shapeMsMax = 60_000

describe('with the demo of dev', () => {
  let visited: DevVisit
  beforeAll(async () => {
    visited = await visitDev()
  })
  afterAll(() => visited?.close())
  afterEach(() => {
    expect(visited.faults.splice(0)).toEqual([])
  })

  const shop = () => visited.page.getByRole('region', { name: 'A pretend shop' })
  const results = () => visited.page.getByRole('region', { name: 'What each did' })

  async function play(button: string): Promise<void> {
    const before = await results().getByRole('listitem').count()
    await visited.page.getByRole('button', { name: button }).click()
    await expect.poll(() => results().getByRole('listitem').count()).toBeGreaterThan(before)
  }

  test('who presses Pay sees the event run through the line to its end', async () => {
    const { page, open } = visited
    await open('')
    await shop().getByRole('button', { name: 'Pay $9.99' }).click()
    await shop().getByText('Paid', { exact: true }).waitFor()
    const told = shop().getByRole('listitem').filter({ hasText: 'payment_intent.succeeded' })
    await told.getByText('done').waitFor()
    const line = page.getByRole('region', { name: 'The path of an event' })
    await line.getByText(/commits?\/min/).waitFor()
    const list = page.getByRole('region', { name: 'Latest events' })
    await list.getByText('payment_intent.succeeded').first().waitFor()
    await told.getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: 'payment_intent.succeeded' }).waitFor()
    await page.getByText('users/u_1').first().waitFor()
  })

  test('a card that is declined unlocks nobody, and the phone says why', async () => {
    await visited.open('')
    await shop().getByLabel('Card').selectOption('pm_card_chargeDeclined')
    await shop().getByRole('button', { name: 'Pay $9.99' }).click()
    await shop().getByText('Your card was declined.').waitFor()
    await shop().getByRole('listitem').filter({ hasText: 'payment_failed' }).waitFor()
    expect(await shop().getByText('payment_intent.succeeded').count()).toBe(0)
  })

  test('the shop is put away, stays away, and comes back', async () => {
    const { page, open } = visited
    await open('')
    await shop().getByRole('button', { name: 'Put the shop away' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Pay for something' }).click()
    await shop().waitFor()
  })

  test('the usual event is of a user, so that a newcomer sees a document change', async () => {
    const { page, open } = visited
    await open('/sandbox')
    await play('Send it One event')
    await results().getByRole('link').first().click()
    await page.getByRole('heading', { level: 1, name: 'payment_intent.succeeded' }).waitFor()
    await page.getByText('orders/u_1/evt_').first().waitFor()
  })

  test('an event that is sent three times is stored once, and linked', async () => {
    const { page, open } = visited
    await open('/sandbox')
    await page.getByRole('button', { name: 'invoice.paid' }).click()
    await play('Send it three times')
    await results().getByText('1 stored').waitFor()
    await results().getByText('2 known already').waitFor()
    await results().getByText('no handler').waitFor()
    await results().getByRole('link').first().click()
    await page.getByRole('heading', { level: 1, name: 'invoice.paid' }).waitFor()
    await page.goBack()
    await results().getByText('1 stored').waitFor()
  })

  test('a forged event is refused, and leads to why', async () => {
    const { page, open } = visited
    await open('/sandbox')
    await play('Forge it')
    await results().getByText('1 refused').waitFor()
    expect(await results().getByText('stored').count()).toBe(0)
    await results().getByRole('link', { name: 'Why it was refused' }).click()
    await page.getByText('signature mismatch').first().waitFor()
  })

  test('many in random order are each stored once', async () => {
    const { page, open } = visited
    await open('/sandbox')
    await page.getByLabel('How many events').fill('25')
    await play('Shuffle many')
    await results().getByText('25 stored').waitFor()
    await results().getByText('25 known already').waitFor()
    await results().getByRole('link', { name: 'All events of this type' }).waitFor()
  })

  test('a type that is none is refused in words, and nothing of it becomes markup', async () => {
    const { page, open, faults } = visited
    await open('/sandbox')
    const script = `<img src=x onerror="document.title='taken'">`
    await page.getByLabel('Chosen, or any other').fill(script)
    await page.getByRole('button', { name: 'Send it One event' }).click()
    await page.getByRole('alert').getByText('type').waitFor()
    expect(await page.locator('main img').count()).toBe(0)
    expect(await page.title()).toBe('Sandbox – Hookline')
    // The browser itself notes the answer of 400.
    expect(faults.splice(0)).toHaveLength(1)
  })

  test('all of it works by keyboard', async () => {
    const { page, open } = visited
    await open('')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('sandbox')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Sandbox' }).waitFor()
    await page.getByRole('button', { name: 'customer.created' }).focus()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Send it One event' }).focus()
    await page.keyboard.press('Enter')
    await results().getByText('customer.created').waitFor()
  })

  test('the page is for everybody, at every width', { timeout: shapeMsMax }, async () => {
    await visited.open('/sandbox')
    await play('Forge it')
    await expectGoodShape(visited.page, expect)
  })

  test('the shop is for everybody, at every width', { timeout: shapeMsMax }, async () => {
    await visited.open('')
    await shop().getByRole('button', { name: 'Pay $9.99' }).click()
    await shop().getByText('Your app was told').waitFor()
    await expectGoodShape(visited.page, expect)
  })

  test('in live mode there is no shop, and nothing could receive a pretend event', async () => {
    const { page, server } = visited
    await page.goto(`${server.url}/hookline/live/sandbox`)
    await page.getByText('No live source could receive an event of Stripe').waitFor()
    await page.goto(`${server.url}/hookline/live`)
    await page.getByRole('heading', { level: 1, name: 'Line' }).waitFor()
    expect(await shop().count()).toBe(0)
  })
})

describe('with an app that has no source of Stripe', () => {
  let visited: DevVisit
  beforeAll(async () => {
    visited = await visitDev(join(import.meta.dirname, 'demo/github.ts'))
  })
  afterAll(() => visited?.close())

  test('the shop and the page say that nobody would hear of a payment', async () => {
    const { page, open, faults } = visited
    await open('')
    const shop = page.getByRole('region', { name: 'A pretend shop' })
    await shop.getByText('No source of this app is of Stripe').waitFor()
    expect(await shop.getByRole('button', { name: 'Pay' }).isDisabled()).toBe(true)
    await open('/sandbox')
    await page.getByText('No test source could receive an event of Stripe').waitFor()
    expect(await page.getByRole('button', { name: 'Send it' }).count()).toBe(0)
    expect(faults).toEqual([])
  })
})

describe('without a sandbox, as in production', () => {
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

  test('the pages are not offered, and say in a sentence where they are', async () => {
    const { page, faults } = visitor
    const pages = page.getByRole('navigation', { name: 'Pages' })
    await pages.getByRole('link', { name: 'Audit' }).waitFor()
    expect(await pages.getByRole('link', { name: /Sandbox|Learn/ }).count()).toBe(0)
    expect(await page.getByRole('region', { name: 'A pretend shop' }).count()).toBe(0)
    await page.goto(`${app.url}/hookline/test/sandbox`)
    await page.getByText('a server in production has none').waitFor()
    await page.goto(`${app.url}/hookline/test/learn`)
    await page.getByText('where nothing real can be touched').waitFor()
    await expectGoodShape(page, expect)
    expect(faults).toEqual([])
  })
})
