/** An app with data of its own for the dashboard to show, and a browser that is signed in to it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { inject } from 'vitest'
import { github, hookline, stripe } from '../../src/index.ts'
import { launchChromium } from '../chromium.ts'
import { adminKey, secret, signed } from '../seams.ts'
import { ensureBuilt } from './built.ts'

export interface RunningApp {
  readonly url: string
  readonly database: string
  /** Sends a webhook of Stripe; returns the id of the stored event. */
  send(body: string | Uint8Array, signedWith?: string): Promise<string>
  stop(): Promise<void>
}

export const failure = "Cannot read properties of undefined (reading 'email')"

/** One handler that writes, one that hears of all, and one that fails for good at once. */
export async function startApp(fill?: (database: string) => Promise<void>): Promise<RunningApp> {
  await ensureBuilt()
  const folder = await mkdtemp(join(tmpdir(), 'hookline-dashboard-'))
  const sources = { stripe: stripe({ secrets: secret }), github: github({ secrets: secret }) }
  const app = hookline({ sources })
  app.on('stripe', 'payment_intent.succeeded', unlock, { name: 'unlock' })
  app.on('stripe', '*', (event, tx) => tx.doc(`ledger/${event.id}`).set({ type: event.type }), {
    name: 'ledger',
  })
  app.on('stripe', 'invoice.payment_failed', remind, { name: 'remind', retry: { attempts: 1 } })
  const database = join(folder, 'test.db')
  await fill?.(database)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  await app.start({ database, port: 0, adminKey, log, mode: 'test' })
  const { url } = await app.listen()
  return {
    url,
    database,
    send: (body, signedWith = secret) => send(url, body, signedWith),
    stop: async () => {
      await app.stop(500)
      await rm(folder, { recursive: true })
    },
  }
}

function unlock(
  event: { data: { object: { metadata?: Record<string, string> } } },
  tx: { doc(path: string): { update(patch: object): void } },
): void {
  const userId = event.data.object.metadata?.userId ?? 'u_1'
  tx.doc(`users/${userId}`).update({ unlocked: true })
}

function remind(): void {
  throw new TypeError(failure)
}

async function send(url: string, body: string | Uint8Array, signedWith: string): Promise<string> {
  const { path, headers = [], body: bytes } = signed(body, { secret: signedWith })
  const response = await fetch(url + path, {
    method: 'POST',
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body: bytes as BodyInit, // as `signed` made it
  })
  return Object((await response.json()) as object).id ?? ''
}

export interface Visitor {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** What no page may do, in the order in which it happened. */
  readonly faults: string[]
  close(): Promise<void>
}

/** A browser that is signed in, and that notes each fault of the page. */
export async function visit(url: string): Promise<Visitor> {
  const browser = await launchChromium(inject('chromium'))
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== url) faults.push(`request: ${request.url()}`)
  })
  await signIn(page, url)
  return { browser, context, page, faults, close: () => browser.close() }
}

export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.fill('#key', adminKey)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Line' }).waitFor()
}
