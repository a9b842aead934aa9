/** A person with a browser of their own: the shop's page, and all that it did. */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** In the order they were sent, by every page of this browser. */
  readonly requests: Request[]
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: string[]
}

export interface ShownStep {
  readonly state: string | undefined
  readonly title: string
  readonly text: string
  readonly since: string
  readonly time: string
}

const waitMsMax = 20_000

export async function visitShop(browser: Browser, shopUrl: string): Promise<Visit> {
  const context = await browser.newContext()
  context.setDefaultTimeout(waitMsMax)
  const visit: Visit = {
    context,
    page: await context.newPage(),
    requests: [],
    complaints: [],
  }
  context.on('request', (request) => visit.requests.push(request))
  context.on('weberror', (error) => visit.complaints.push(String(error.error())))
  context.on('console', (message) => {
    if (message.type() !== 'log') visit.complaints.push(message.text())
  })
  await openShop(visit.page, shopUrl)
  return visit
}

/** The page, once its live stream has told it where the account stands. */
export async function openShop(page: Page, shopUrl: string): Promise<void> {
  await page.goto(`${shopUrl}/shop`)
  await page.locator('#pill', { hasText: /^(Locked|Unlocked)$/ }).waitFor()
}

/** Presses a button that leads to Stripe's page, and pays there. */
export async function payWith(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('heading', { name: 'Pay by card' }).waitFor()
  await page.getByRole('button', { name: 'Pay $9.99' }).click()
  await page.locator('#steps').waitFor()
}

export async function untilUnlocked(page: Page): Promise<void> {
  await page.getByText('Account unlocked', { exact: true }).waitFor()
}

export function shownSteps(page: Page): Promise<ShownStep[]> {
  return page.locator('#steps > li').evaluateAll((items) =>
    items.map((item) => {
      const text = (selector: string) => item.querySelector(selector)?.textContent ?? ''
      return {
        state: item instanceof HTMLElement ? item.dataset.state : undefined,
        title: text('h3'),
        text: text('.what p'),
        since: text('.since'),
        time: text('time'),
      }
    }),
  )
}

/** The id that the page shows in its command; other programs name the account by it. */
export async function userIdOn(page: Page): Promise<string> {
  await page.locator('#command', { hasText: 'u_' }).waitFor()
  return /u_\w+/.exec(await page.locator('#command').innerText())?.[0] ?? ''
}

export interface StoredState {
  readonly user: Record<string, unknown> | undefined
  /** How often the document of the user was written. */
  readonly userVersion: number
  readonly orders: readonly Record<string, unknown>[]
}

export const nothingStored: StoredState = { user: undefined, userVersion: 0, orders: [] }

interface StoredDocument {
  readonly data: Record<string, unknown>
  readonly version: number
}

/** What the server holds about this person, read past the page. */
export async function storedState({ page, context }: Visit, shopUrl: string): Promise<StoredState> {
  const userId = await userIdOn(page)
  const { token } = await (await context.request.post(`${shopUrl}/shop/token`)).json()
  const read = async (path: string): Promise<StoredDocument[]> => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
    const answer = await context.request.get(`${shopUrl}/live/${path}`, { headers })
    return (await answer.json()).documents
  }
  const [user] = await read(`users/${userId}`)
  const orders = await read(`orders/${userId}/`)
  return {
    user: user?.data,
    userVersion: user?.version ?? 0,
    orders: orders.map(({ data }) => data),
  }
}
