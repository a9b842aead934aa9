import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { askSecret, isAgreed } from './ask.ts'

const interrupt = '\x03'
const endOfInput = '\x04'

function newTerminal(typed: string): { input: PassThrough; output: PassThrough; shown(): string } {
  const [input, output] = [new PassThrough(), new PassThrough()]
  input.write(typed)
  return { input, output, shown: () => String(output.read() ?? '') }
}

test('a secret is read and nothing of it is shown', async () => {
  const terminal = newTerminal('sk_test_1234\r')
  expect(await askSecret('The key:', terminal)).toBe('sk_test_1234')
  expect(terminal.shown()).toBe('The key: \n')
})

test('a secret that was mended while typing is the mended one', async () => {
  const terminal = newTerminal('abx\x7fc\r')
  expect(await askSecret('The key:', terminal)).toBe('abc')
})

test.each([
  ['an interrupt', interrupt],
  ['the end of the input', endOfInput],
])('%s leaves the prompt', async (_, typed) => {
  expect(await askSecret('The key:', newTerminal(typed))).toBeUndefined()
  expect(await isAgreed('Remove it?', newTerminal(typed))).toBe(false)
})

test.each([
  ['y\r', true],
  ['YES\r', true],
  ['\r', false],
  ['n\r', false],
  ['yesterday\r', false],
])('the answer %j agrees: %s', async (typed, agrees) => {
  const terminal = newTerminal(typed)
  expect(await isAgreed('Remove it?', terminal)).toBe(agrees)
  expect(terminal.shown()).toContain('Remove it? (y/N)')
})
