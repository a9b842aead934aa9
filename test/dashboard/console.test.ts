import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../calls/upstream.ts'
import { type Visitor, visit } from './app.ts'
import { expectGoodShape } from './axe.ts'
import { apiKey, type KeyedApp, startKeyedApp } from './keyed-app.ts'

const hostile = '<img src=x onerror="document.title=\'taken\'">'

/** Shows the key where it can, as some APIs do. */
const answer: Answer = (response, { url, headers, body }) => {
  response.setHeader('content-type', 'application/json')
  response.statusCode = url.includes('missing') ? 404 : 200
  const { authorization } = headers
  response.end(JSON.stringify({ said: body.toString(), authorization, note: hostile }))
}

let app: KeyedApp
let visitor: Visitor

beforeAll(async () => {
  app = await startKeyedApp(answer)
  visitor = await visit(app.url)
  // Colours that are on their way from one to another are neither.
  await visitor.page.emulateMedia({ reducedMotion: 'reduce' })
})

afterAll(async () => {
  await visitor?.close()
  await app?.stop()
})

test('the console calls with the key of the server, which the page never sees', async () => {
  const { page } = visitor
  const seen: Promise<string>[] = []
  page.on('response', (response) => {
    const isRead = /\/(api|call)\//.test(response.url())
    if (isRead) seen.push(response.text().catch(() => ''))
  })
  await page.goto(`${app.url}/hookline/test/calls`)
  await page.getByText('No call was made yet').waitFor()
  await page.getByRole('button', { name: 'Make a test call' }).click()
  await page.getByLabel('API').selectOption('openai')
  await page.getByRole('button', { name: 'POST /v1/chat/completions' }).click()
  await page.getByLabel(/^Body/).fill('{"model":"gpt"}')
  await page.getByRole('button', { name: 'Send' }).click()
  const shown = page.getByRole('region', { name: 'The answer' })
  await shown.getByText('200').waitFor()
  const reached = app.upstream.reached.at(-1)
  expect(reached).toMatchObject({ method: 'POST', url: '/v1/chat/completions' })
  expect(reached?.headers.authorization).toBe(`Bearer ${apiKey}`)
  expect(reached?.headers['content-type']).toBe('application/json')
  const texts = [await page.content(), ...(await Promise.all(seen))]
  expect(texts.length).toBeGreaterThan(3)
  for (const text of texts) expect(text).not.toContain(apiKey)
})

test('its answer is a tree and a text, and nothing in it becomes a page', async () => {
  const { page } = visitor
  await page.getByRole('region', { name: 'Answer as a tree' }).getByText(hostile).waitFor()
  await page.getByRole('tab', { name: 'Text' }).click()
  await page.getByRole('region', { name: 'Answer as text' }).getByText('onerror').first().waitFor()
  expect(await page.locator('main img').count()).toBe(0)
  expect(await page.title()).toBe('Calls – Hookline')
})

test('the call is in the list, with its caller and the budget that it took', async () => {
  const { page } = visitor
  await page.getByRole('list', { name: 'Calls' }).getByText('POST /v1/chat/completions').waitFor()
  await page.getByRole('region', { name: 'Top callers' }).getByText('dashboard').waitFor()
  const spending = page.getByRole('list', { name: 'Spending at openai' })
  await spending.getByText('1 of 60').waitFor()
  await page.getByLabel('Method').selectOption('GET')
  await page.getByLabel('Path, with its query').fill('/v1/models/missing')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('region', { name: 'The answer' }).getByText('404').waitFor()
  const errors = page.getByRole('region', { name: 'Errors' })
  await errors.getByText('404').waitFor()
  await spending.getByText('2 of 60').waitFor()
})

test('what the allow-list does not have is refused, and the page says why', async () => {
  const { page } = visitor
  const before = app.upstream.reached.length
  await page.getByLabel('Path, with its query').fill('/v1/files')
  await page.getByRole('button', { name: 'Send' }).click()
  await page
    .getByRole('region', { name: 'Answer as a tree' })
    .getByText('"call_refused"')
    .first()
    .waitFor()
  await page.getByRole('list', { name: 'Calls' }).getByText('refused').waitFor()
  expect(app.upstream.reached.length).toBe(before)
})

test('the page is good for everybody with the console open, in light and dark', async () => {
  await expectGoodShape(visitor.page, expect)
})

test('calls of the other mode are not on the page, nor is the console', async () => {
  const { page } = visitor
  await page.goto(`${app.url}/hookline/live/calls`)
  await page.getByText('No call was made yet in live mode').waitFor()
  expect(await page.getByRole('button', { name: 'Make a test call' }).count()).toBe(0)
})

test('no page asked another host, broke its policy or threw an error', () => {
  // The browser itself notes the answers 403 and 404 that these tests asked for.
  const own = visitor.faults.filter((fault) => !/status of 40[34]/.test(fault))
  expect(own).toEqual([])
})
