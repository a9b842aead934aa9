/** The demo shop in a real browser, with everything behind it running as `hookline dev` runs it. */
import type { Browser, Page } from 'playwright-core'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { launchChromium } from '../../test/chromium.ts'
import { type RunningShop, startShop } from './testing/start-shop.ts'
import {
  nothingStored,
  openShop,
  payWith,
  shownSteps,
  storedState,
  untilUnlocked,
  userIdOn,
  type Visit,
  visitShop,
} from './testing/visit.ts'

const idleMs = 3_000
const startMsMax = 90_000
const testMsMax = 90_000

let browser: Browser
let shop: RunningShop
const visits: Visit[] = []

beforeAll(async () => {
  shop = await startShop()
  browser = await launchChromium(inject('chromium'))
}, startMsMax)

afterAll(async () => {
  await browser?.close()
  await shop?.stop()
})

afterEach(async () => {
  const ended = visits.splice(0)
  for (const { context } of ended) await context.close()
  // Whatever a test was about: nothing went wrong on the page, nothing left the machine.
  expect(ended.flatMap(({ complaints }) => complaints)).toEqual([])
  const origins = ended.flatMap(({ requests }) => requests.map((one) => new URL(one.url()).origin))
  expect([...new Set(origins)].filter((origin) => !ownOrigins().includes(origin))).toEqual([])
})

function ownOrigins(): string[] {
  return [new URL(shop.url).origin, new URL(shop.sandboxUrl).origin]
}

async function visit(): Promise<Visit> {
  const made = await visitShop(browser, shop.url)
  visits.push(made)
  return made
}

describe('a payment', { timeout: testMsMax }, () => {
  test('lights four steps with their times and unlocks, also after a reload', async () => {
    const { page } = await visit()
    expect((await shownSteps(page)).map(({ state }) => state)).toEqual(Array(4).fill('waiting'))
    expect(await page.getByText('Account unlocked').count()).toBe(0)
    await payWith(page, 'Pay $9.99')
    await untilUnlocked(page)
    const steps = await shownSteps(page)
    expect(steps.map(({ state }) => state)).toEqual(Array(4).fill('done'))
    for (const { since, time } of steps) {
      expect(since).toMatch(/^\+[\d,]+ ms$/)
      expect(time).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/)
    }
    expect(steps[1]?.text).toMatch(/^Signature checked\. Event evt_\w+$/)
    expect(steps[2]?.text).toBe('Order fulfilled by attempt 1.')
    expect(await page.getByRole('button', { name: 'Pay $9.99' }).isVisible()).toBe(false)
    await page.reload()
    await untilUnlocked(page)
    expect(await shownSteps(page)).toEqual(steps)
  })

  test('that was not made leaves the account locked, whatever the way back says', async () => {
    const visited = await visit()
    const { page } = visited
    await page.getByRole('button', { name: 'Pay $9.99' }).click()
    await page.getByRole('heading', { name: 'Pay by card' }).waitFor()
    await openShop(page, shop.url)
    await page.locator('#steps').getByText('Nothing has been paid yet.').waitFor()
    const states = (await shownSteps(page)).map(({ state }) => state)
    expect(states).toEqual(['active', 'waiting', 'waiting', 'waiting'])
    expect((await storedState(visited, shop.url)).user).toBeUndefined()
    expect(await page.getByRole('button', { name: 'Pay $9.99' }).isVisible()).toBe(true)
  })

  test('is told to a page that was open all the while, as it happens', async () => {
    const { page, context } = await visit()
    const watching = await context.newPage()
    await openShop(watching, shop.url)
    await payWith(page, 'Pay $9.99')
    await untilUnlocked(watching)
    expect((await shownSteps(watching))[3]?.text).toBe('Pushed to this page over its live stream.')
  })
})

describe('the experiments', { timeout: testMsMax }, () => {
  test('a forged event is answered 400 and changes nothing', async () => {
    const visited = await visit()
    const { page } = visited
    await page.getByRole('button', { name: 'Send a forged event' }).click()
    await page.getByText('The server answered 400').waitFor()
    expect(await page.locator('#forge-result').innerText()).toContain('the account is still locked')
    expect(await storedState(visited, shop.url)).toEqual(nothingStored)
  })

  test('a forged event after the payment changes nothing either', async () => {
    const visited = await visit()
    const { page } = visited
    await payWith(page, 'Pay $9.99')
    await untilUnlocked(page)
    const before = await storedState(visited, shop.url)
    await page.getByRole('button', { name: 'Send a forged event' }).click()
    await page.getByText('The server answered 400').waitFor()
    expect(await storedState(visited, shop.url)).toEqual(before)
  })

  test('an event sent again is a duplicate, and the order stays fulfilled once', async () => {
    const visited = await visit()
    const { page } = visited
    await payWith(page, 'Pay $9.99')
    await untilUnlocked(page)
    const before = await storedState(visited, shop.url)
    expect(before.orders).toMatchObject([{ fulfilledCount: 1, attempt: 1 }])
    await page.getByRole('button', { name: 'Send it again' }).click()
    await page.getByText('The server answered 200: a duplicate').waitFor()
    const said = await page.locator('#again-result').innerText()
    expect(said).toContain('The order was fulfilled 1 time.')
    expect(await storedState(visited, shop.url)).toEqual(before)
  })

  test('there is nothing to send again before a payment, and the page says so', async () => {
    const { page, requests } = await visit()
    await page.getByRole('button', { name: 'Send it again' }).click()
    await page.getByText('There is no event to repeat yet. Pay first.').waitFor()
    expect(requests.filter((request) => request.url().endsWith('/shop/resend'))).toEqual([])
  })

  test('a handler that fails once is shown to fail, and then unlocks once', async () => {
    const visited = await visit()
    const { page, context } = visited
    const watching = await context.newPage()
    await openShop(watching, shop.url)
    await recordStates(watching)
    await payWith(page, 'Fail once')
    await untilUnlocked(watching)
    await untilUnlocked(page)
    const { step, account } = await recordedStates(watching)
    // Whether the event's own time or the failure is told first is not fixed.
    expect(step.filter((state) => state !== 'active')).toEqual(['waiting', 'failed', 'done'])
    expect(account).toEqual(['locked', 'unlocked'])
    expect((await shownSteps(page))[2]?.text).toMatch(
      /^Attempt 1 failed at \+[\d,]+ ms and wrote nothing\. Attempt 2 fulfilled the order\.$/,
    )
    expect(await page.locator('#fail-result').innerText()).toContain('exactly once')
    const { user, userVersion, orders } = await storedState(visited, shop.url)
    expect(user).toEqual({ unlocked: true })
    // Written by one of the two attempts, not by both.
    expect(userVersion).toBe(1)
    expect(orders).toMatchObject([{ fulfilledCount: 1, attempt: 2 }])
  })

  test('failing once begins with a locked account, also after a payment', async () => {
    const { page } = await visit()
    await payWith(page, 'Pay $9.99')
    await untilUnlocked(page)
    const before = await userIdOn(page)
    await payWith(page, 'Fail once')
    await untilUnlocked(page)
    expect(await userIdOn(page)).not.toBe(before)
    expect((await shownSteps(page))[2]?.text).toContain('Attempt 2 fulfilled the order.')
  })

  test('starting over gives a new account, which is locked', async () => {
    const { page } = await visit()
    await payWith(page, 'Pay $9.99')
    await untilUnlocked(page)
    await page.getByRole('button', { name: 'Start over' }).click()
    await page.locator('#pill', { hasText: /^Locked$/ }).waitFor()
    expect((await shownSteps(page)).map(({ state }) => state)).toEqual(Array(4).fill('waiting'))
  })
})

describe('the page', { timeout: testMsMax }, () => {
  test('is unlocked by a signed event of any program, and nobody else is', async () => {
    const { page } = await visit()
    const other = await visit()
    const payload = JSON.stringify(eventFor(await userIdOn(page)))
    const signature = Stripe.webhooks.generateTestHeaderString({
      payload,
      secret: shop.webhookSecret,
    })
    const response = await fetch(`${shop.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'stripe-signature': signature },
      body: payload,
    })
    expect(response.status).toBe(200)
    await untilUnlocked(page)
    const steps = await shownSteps(page)
    expect(steps.map(({ state }) => state)).toEqual(Array(4).fill('done'))
    expect(steps[0]?.text).toBe('Paid elsewhere, not from this page.')
    expect(await other.page.locator('#pill').innerText()).toBe('Locked')
    expect(await storedState(other, shop.url)).toEqual(nothingStored)
  })

  test('asks for nothing while nobody does anything', async () => {
    const { page, requests } = await visit()
    await userIdOn(page)
    const isStream = (url: string) => url.includes('/live/')
    await expect.poll(() => requests.filter((one) => isStream(one.url())).length).toBe(2)
    const before = requests.map((request) => request.url())
    await page.waitForTimeout(idleMs)
    expect(requests.map((request) => request.url())).toEqual(before)
  })

  test('holds no key, neither itself nor in anything that it loads', async () => {
    const { page, context, requests } = await visit()
    await payWith(page, 'Pay $9.99')
    await untilUnlocked(page)
    const read = requests.filter((one) => one.method() === 'GET' && !one.url().includes('/live/'))
    const urls = [...new Set(read.map((request) => request.url()))]
    const answers = await Promise.all([
      ...urls.map((url) => context.request.get(url)),
      context.request.post(`${shop.url}/shop/token`),
      context.request.post(`${shop.url}/shop/checkout`),
    ])
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    const all = [...texts, await page.content()].join('\n')
    // These are in there: without them nothing would be found for another reason.
    for (const known of ['newestOrder', '"token":"', '"url":"']) {
      expect([known, all.includes(known)]).toEqual([known, true])
    }
    for (const secret of [...shop.secrets, 'sk_test', 'whsec_']) {
      expect(all.includes(secret)).toBe(false)
    }
  })

  test('can be used with the keyboard alone', async () => {
    const { page } = await visit()
    const reached: (string | undefined)[] = []
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab')
      reached.push(await page.evaluate(() => document.activeElement?.id))
    }
    expect(reached).toEqual(['restart', 'pay', 'forge', 'again', 'fail'])
    await page.locator('#forge').focus()
    await page.keyboard.press('Enter')
    await page.getByText('The server answered 400').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('forge')
  })

  test('fits windows from 360 to 1600 pixels without scrolling sideways', async () => {
    const { page } = await visit()
    await payWith(page, 'Fail once')
    await untilUnlocked(page)
    for (const width of [360, 561, 768, 901, 1600]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
  })

  test('says what is missing where Stripe can not be reached', async () => {
    const alone = await startShop({
      flags: ['--no-sandbox'],
      environment: { STRIPE_API_BASE: 'http://127.0.0.1:1' },
    })
    const { page, context } = await visitShop(browser, alone.url)
    try {
      await page.getByRole('button', { name: 'Pay $9.99' }).click()
      await page.getByRole('alert').getByText('does not answer at http://127.0.0.1:1').waitFor()
      await page.getByRole('button', { name: 'Send a forged event' }).click()
      await page.locator('#forge-result').getByText('does not answer').waitFor()
      expect(await page.locator('#pill').innerText()).toBe('Locked')
    } finally {
      await context.close()
      await alone.stop()
    }
  })
})

/** No order and no other metadata of the shop: all that counts is whose account it names. */
function eventFor(userId: string): object {
  return {
    id: `evt_from_elsewhere_${userId}`,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    data: { object: { id: 'pi_1', object: 'payment_intent', metadata: { userId } } },
  }
}

/** Notes every state that step 3 and the account are shown in, however short. */
async function recordStates(page: Page): Promise<void> {
  await page.evaluate(() => {
    const record = (selector: string) => {
      const target = document.querySelector<HTMLElement>(selector)
      const states = [target?.dataset.state]
      const note = () => {
        if (states.at(-1) !== target?.dataset.state) states.push(target?.dataset.state)
      }
      if (target) new MutationObserver(note).observe(target, { attributes: true })
      return states
    }
    Object.assign(globalThis, {
      recorded: { step: record('#steps > li:nth-child(3)'), account: record('#account') },
    })
  })
}

function recordedStates(page: Page): Promise<{ step: string[]; account: string[] }> {
  return page.evaluate(() => Reflect.get(globalThis, 'recorded'))
}
