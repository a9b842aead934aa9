import { expect, test } from 'vitest'
import { linesOf, visibleText } from './visible-text.ts'

test.each([
  ['plain text, 日本語 and é', 'plain text, 日本語 and é'],
  ['a\u0000b\u001b[31m', 'a\\u0000b\\u001b[31m'],
  ['\u202eexe.png\u2066', '\\u202eexe.png\\u2066'],
  ['a\u200bb\ufeffc', 'a\\u200bb\\ufeffc'],
  ['\ud800 alone', '\\ud800 alone'],
  ['\u{e0041}', '\\u{e0041}'],
  ['<b>&amp;</b>', '<b>&amp;</b>'],
])('%j is shown as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown)
})

test('a long line goes on in the next, which has no number of its own', () => {
  expect(linesOf('abcdef\ng', 4)).toEqual([
    { text: 'abcd', number: 1 },
    { text: 'ef', number: undefined },
    { text: 'g', number: 2 },
  ])
})
