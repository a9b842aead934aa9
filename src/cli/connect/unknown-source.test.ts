import { expect, test } from 'vitest'
import * as hookline from '../../index.ts'
import { unknownSource } from './unknown-source.ts'

const shop = [{ name: 'stripe' }, { name: 'paypal' }]

test('a provider that is no source yet is said with the line that adds it', async () => {
  const { code, message } = await unknownSource('github', shop)
  expect(code).toBe('source_unknown')
  expect(message).toContain("No source is named 'github'. The app has: stripe, paypal.")
  expect(message).toContain('Add `github: github()`')
  expect(message).not.toContain('/webhooks/')
})

test('a name that is no provider is said without a line', async () => {
  const { message } = await unknownSource('stirpe', [])
  expect(message).toContain('The app has none at all. Check the name')
  expect(message).not.toContain('stirpe()')
})

test('what an object inherits is no provider', async () => {
  expect((await unknownSource('constructor', shop)).message).not.toContain('constructor()')
})

test.each(Object.keys(hookline.providers))('the line for %s is one that works', async (name) => {
  const [, made = ''] = /: (\w+)\(\)`/.exec((await unknownSource(name, [])).message) ?? []
  expect(hookline).toHaveProperty(made)
})
