import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { appFolder } from '../../src/cli/testing/app-folder.ts'
import { runCli, startCli } from '../../src/cli/testing/cli-process.ts'
import { launchChromium } from '../chromium.ts'
import { ensureBuilt } from './built.ts'

let browser: Browser

beforeAll(async () => {
  await ensureBuilt()
  browser = await launchChromium(inject('chromium'))
})

afterAll(() => browser?.close())

/** A handler that reads what is not there, and the same one mended. */
function appText(read: string): string {
  return `import { hookline, stripe } from 'hookline'

const app = hookline({ sources: { stripe: stripe() } })

app.on(
  'stripe',
  'customer.created',
  async (event, tx) => {
    const customer = event.data.object as { email: string; contact: { email: string } }
    tx.doc('customers/newest').set({ mail: ${read} })
  },
  { name: 'remember', retry: { attempts: 1 } },
)

export default app
`
}

test('a failed delivery is found, understood, mended in the file and retried', async () => {
  const directory = appFolder()
  const file = join(directory, 'hookline.ts')
  writeFileSync(file, appText('customer.contact.email'))
  const dev = startCli(['dev', '--port', '0', '--sandbox-port', '0'], { directory })
  const [, sandboxUrl = ''] = await dev.printed(/Sandbox +(http:\S+)/)
  const [, link = ''] = await dev.printed(/Dashboard +(http:\S+\/sign-in\?token=\S+)/)

  const page = await browser.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Line' }).waitFor()

  await runCli(['trigger', 'stripe', 'customer.created', '--sandbox-url', sandboxUrl], {
    directory,
  })
  await page.getByRole('link', { name: 'Dead letters' }).click()
  await page.getByText("Cannot read properties of undefined (reading 'email')").waitFor()
  await page.getByRole('button', { name: 'stripe/remember' }).click()
  await page.getByText(/at .*hookline\.ts:10/).waitFor()
  await page.getByRole('main').getByRole('link', { name: 'evt_' }).click()
  await page.getByRole('heading', { level: 1, name: 'customer.created' }).waitFor()

  writeFileSync(file, appText('customer.email'))
  await dev.printed(/reloaded because hookline\.ts changed/)
  await page.getByRole('button', { name: 'Retry what failed' }).click()
  await page.getByRole('link', { name: 'customers/newest' }).waitFor()
  await page.getByText('Attempt 2').waitFor()
  expect(await page.getByRole('button', { name: 'Retry what failed' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Dead letters' }).click()
  await page.getByText('Nothing has failed').waitFor()
}, 60_000)
