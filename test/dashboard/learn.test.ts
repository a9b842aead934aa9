import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectGoodShape } from './axe.ts'
import { type DevVisit, visitDev } from './dev-visit.ts'

let visited: DevVisit

beforeAll(async () => {
  visited = await visitDev()
})
afterAll(() => visited?.close())

/** axe looks at each element of the page, in both themes. */
const shapeMsMax = 60_000
/** Long enough for the feed to tell the page, and for the page to ask what was recorded. */
const settledMs = 1_500

const exercise = (name: string) => visited.page.getByRole('listitem', { name, exact: true })
const calling = () => exercise('Call an API and read the answer')
const receiving = () => exercise('Receive a call that you send')
const keeping = () => exercise('Keep a key on the server')

/** Which of its steps are green. */
async function green(card: Locator): Promise<boolean[]> {
  const steps = await card.locator('li[data-done]').all()
  return await Promise.all(
    steps.map(async (step) => (await step.getAttribute('data-done')) === 'true'),
  )
}

async function staysAt(card: Locator, expected: readonly boolean[]): Promise<void> {
  await visited.page.waitForTimeout(settledMs)
  expect(await green(card)).toEqual(expected)
}

async function becomes(card: Locator, expected: readonly boolean[]): Promise<void> {
  await expect.poll(() => green(card), { timeout: 5_000 }).toEqual(expected)
}

/** As somebody would paste it into a terminal. */
async function shell(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command])
  return stdout
}

test('nothing is green before anything was done', { timeout: shapeMsMax }, async () => {
  await visited.open('/learn')
  await visited.page.getByText('0 of 3 done').waitFor()
  expect(await green(calling())).toEqual([false, false])
  expect(await green(receiving())).toEqual([false, false])
  expect(await green(keeping())).toEqual([false, false, false])
  await expectGoodShape(visited.page, expect)
})

test('an API is called, and its answer must have been read', async () => {
  const { page, faults } = visited
  const ask = calling().getByRole('form', { name: 'Ask for the customer' })
  await calling().getByRole('form', { name: 'Make a customer' }).getByText('Send').click()
  const answer = calling().getByRole('region', { name: 'Make a customer: the answer' })
  await becomes(calling(), [true, false])
  // A guess is answered with 404, and turns nothing green.
  await ask.getByLabel('id').fill('cus_guessed')
  await ask.getByText('Send').click()
  await ask.getByText('404', { exact: true }).waitFor()
  await staysAt(calling(), [true, false])
  const id = /cus_\w+/.exec((await answer.textContent()) ?? '')?.[0] ?? ''
  await ask.getByLabel('id').fill(id)
  await ask.getByText('Send').click()
  await becomes(calling(), [true, true])
  await page.getByText('1 of 3 done').waitFor()
  expect(faults.splice(0).join()).toMatch(/^console: .*404[^,]*$/)
})

test('a call is received that curl sends: refused unsigned, stored signed', async () => {
  const { page, faults } = visited
  const unsigned = receiving().getByRole('region', { name: 'Command without a signature' })
  const command = (await unsigned.textContent()) ?? ''
  expect(await shell(command)).toMatch(/^HTTP\/1.1 400/)
  await becomes(receiving(), [true, false])
  await receiving().getByRole('button', { name: 'Sign a command' }).click()
  const signed = receiving().getByRole('region', { name: 'Command with a signature' })
  const good = (await signed.textContent()) ?? ''
  // A letter changed is another body, which nobody has signed.
  expect(await shell(good.replace('Hello', 'Hullo'))).toMatch(/^HTTP\/1.1 400/)
  await staysAt(receiving(), [true, false])
  expect(await shell(good)).toMatch(/^HTTP\/1.1 200[\s\S]*"duplicate":false/)
  await becomes(receiving(), [true, true])
  expect(await shell(good)).toContain('"duplicate":true')
  await receiving().getByRole('link', { name: 'See the event' }).click()
  await page.getByRole('heading', { level: 1, name: 'hookline.learn' }).waitFor()
  await page.goBack()
  expect(faults).toEqual([])
})

test('a key is kept and used, and is nowhere in the page', async () => {
  const { page, faults } = visited
  const call = keeping().getByRole('form', { name: 'Call with the key' })
  await call.getByText('Send').click()
  await call.getByText('503', { exact: true }).waitFor()
  await staysAt(keeping(), [false, false, false])
  await keeping().getByRole('button', { name: 'Make one up' }).click()
  const key = await keeping().getByLabel('Value of the key').inputValue()
  expect(key).toMatch(/^sk_test_\w{24}$/)
  await keeping().getByRole('button', { name: 'Keep it' }).click()
  await becomes(keeping(), [true, false, false])
  await call.getByText('Send').click()
  await becomes(keeping(), [true, true, false])
  await lookFor(`${key}x`)
  await keeping().getByRole('alert').getByText('not the value').waitFor()
  await staysAt(keeping(), [true, true, false])
  await lookFor(key)
  await becomes(keeping(), [true, true, true])
  await keeping().getByText('the key is in none of them').waitFor()
  await page.getByText('All three done').waitFor()
  expect(await page.content()).not.toContain(key)
  // The call without a key, and the key that was not it.
  expect(faults.splice(0)).toHaveLength(2)
})

async function lookFor(key: string): Promise<void> {
  await keeping().getByLabel('The key to look for').fill(key)
  await keeping().getByRole('button', { name: 'Look for it' }).click()
}

test('a word that is in the page is found there, and turns nothing green', async () => {
  await lookFor('LEARN_KEY')
  await keeping().getByText('the key is in').filter({ hasNotText: 'none' }).waitFor()
})

test('all stays green when the page is loaded again', { timeout: shapeMsMax }, async () => {
  const { page, faults } = visited
  await page.reload()
  await page.getByText('All three done').waitFor()
  expect(await green(calling())).toEqual([true, true])
  expect(await green(receiving())).toEqual([true, true])
  expect(await green(keeping())).toEqual([true, true, true])
  await expectGoodShape(page, expect)
  expect(faults).toEqual([])
})

test('what the API answers is text, whatever is in it', async () => {
  const { page, faults } = visited
  const form = calling().getByRole('form', { name: 'Make a customer' })
  const script = `<img src=x onerror="document.title='taken'">\u202egnp`
  await form.getByLabel('name').fill(script)
  await form.getByText('Send').click()
  await form.getByText('<img src=x onerror=').waitFor()
  await form.getByText('\\u202egnp').waitFor()
  expect(await page.locator('main img').count()).toBe(0)
  expect(await page.title()).toBe('Learn – Hookline')
  expect(faults).toEqual([])
})
