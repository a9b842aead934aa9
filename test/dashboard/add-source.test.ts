import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { appFolder } from '../../src/cli/testing/app-folder.ts'
import { startCli } from '../../src/cli/testing/cli-process.ts'
import { github } from '../../src/index.ts'
import { launchChromium } from '../chromium.ts'
import { ensureBuilt } from './built.ts'

const secret = 'a-webhook-secret-of-some-length-0123456789'
const before = `import { hookline, stripe } from 'hookline'

const app = hookline({
  sources: {
    stripe: stripe(),
  },
})

export default app
`

let browser: Browser

beforeAll(async () => {
  await ensureBuilt()
  browser = await launchChromium(inject('chromium'))
})

afterAll(() => browser?.close())

/** What the page has a person paste, pasted where it says. */
async function paste(page: Page, file: string): Promise<void> {
  const textOf = (title: string) =>
    page.getByRole('figure', { name: title }).locator('pre').innerText()
  const text = readFileSync(file, 'utf8')
    .replace('\n\nconst', `\n${await textOf('To its imports')}\n\nconst`)
    .replace('  sources: {', `  sources: {\n    ${await textOf('Into sources: { … }')}`)
    .replace('export default', `${await textOf('Below hookline({ … })')}\n\nexport default`)
  writeFileSync(file, text)
}

async function sendIssue(url: string): Promise<number> {
  const body = Buffer.from('{"action":"opened","issue":{"number":1347}}')
  const options = { secret, now: Math.floor(Date.now() / 1_000), id: 'd-1', type: 'issues' }
  const headers = github.sign(body, options)
  return (await fetch(`${url}/webhooks/github`, { method: 'POST', headers, body })).status
}

test('a source is added by form: its secret, its lines, its first event, all live', async () => {
  const directory = appFolder()
  const file = join(directory, 'hookline.ts')
  writeFileSync(file, before)
  const dev = startCli(['dev', '--port', '0', '--sandbox-port', '0'], { directory })
  const [, link = ''] = await dev.printed(/Dashboard +(http:\S+\/sign-in\?token=\S+)/)
  const url = new URL(link).origin
  const page = await browser.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Sources', exact: true }).click()
  await page.getByRole('link', { name: 'Add a source' }).click()
  await page.getByLabel('Find a provider').fill('git')
  await page.getByRole('button', { name: /^GitHub/ }).click()

  await page.getByRole('button', { name: 'Make one up' }).click()
  const field = page.getByLabel('The webhook secret')
  expect(await field.inputValue()).toMatch(/^[0-9a-z]{40}$/)
  await page.getByRole('button', { name: 'Copy the secret' }).waitFor()
  await field.fill(secret)
  await page.getByRole('button', { name: 'Store it' }).click()
  await page.getByText(/^fingerprint [0-9a-f]{12}$/).waitFor()
  await page.getByText('GITHUB_WEBHOOK_SECRET').waitFor()
  expect(await page.content()).not.toContain(secret)
  expect(await sendIssue(url)).toBe(404)

  const progress = page.getByRole('complementary', { name: 'Progress' })
  await progress.getByText('Paste the lines and save the file.').waitFor()
  await paste(page, file)
  await progress.getByText('The source is in the app: done').waitFor()
  await progress.getByText('It can check who calls: done').waitFor()
  await progress.getByText('Its first event has arrived: not yet').waitFor()
  expect(await sendIssue(url)).toBe(200)
  await progress.getByRole('link', { name: 'issues' }).click()
  const story = page.getByRole('region', { name: 'What happened' })
  await story.getByRole('link', { name: 'GITHUB_WEBHOOK_SECRET' }).waitFor()
  await story.getByText('github/last').waitFor()
  expect(await page.content()).not.toContain(secret)
  expect(readFileSync(file, 'utf8')).not.toContain(secret)
}, 60_000)

test('a source of dev is sent a test event from its card, and it arrives there', async () => {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), before)
  const dev = startCli(['dev', '--port', '0', '--sandbox-port', '0'], { directory })
  const [, link = ''] = await dev.printed(/Dashboard +(http:\S+\/sign-in\?token=\S+)/)
  const page = await browser.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Sources', exact: true }).click()
  const card = page.getByRole('listitem', { name: 'stripe', exact: true })
  await card.getByText('No event yet').waitFor()
  await card.getByRole('button', { name: 'Send a test event' }).click()
  await card.getByText('works').waitFor()
  await card.getByRole('link', { name: 'It arrived' }).click()
  await page.getByRole('heading', { level: 1, name: 'payment_intent.succeeded' }).waitFor()
}, 60_000)
