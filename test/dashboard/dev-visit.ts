/** A browser that is signed in to a server of `dev`, and that notes each fault of its pages. */
import type { Browser, Page } from 'playwright-core'
import { inject } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { type DevServer, startDev } from './dev-server.ts'

export interface DevVisit {
  readonly server: DevServer
  readonly page: Page
  /** Errors of the page and of the console, and requests to another origin. */
  readonly faults: string[]
  open(path: string): Promise<void>
  close(): Promise<void>
}

/** @param file the app; the built-in demo where none is given. */
export async function visitDev(file?: string): Promise<DevVisit> {
  const server = await startDev(file)
  const browser = await launchChromium(inject('chromium'))
  const page = await newPage(browser)
  const faults = faultsOf(page, server.url)
  await page.goto(server.signInLink)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Line' }).waitFor()
  return {
    server,
    page,
    faults,
    open: async (path) => {
      await page.goto(`${server.url}/hookline/test${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
    },
    close: async () => {
      await browser.close()
      await server.stop()
    },
  }
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  return await context.newPage()
}

function faultsOf(page: Page, url: string): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== url) faults.push(`request: ${request.url()}`)
  })
  return faults
}
