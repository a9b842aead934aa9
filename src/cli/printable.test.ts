import { expect, test } from 'vitest'
import { printableLine, printableText } from './printable.ts'

test.each([
  ['an escape sequence', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
  ['a line break that would forge a line', 'a\r\nb', 'a\\u{d}\\u{a}b'],
  ['the eight-bit escape', 'a\u009b31mb', 'a\\u{9b}31mb'],
  ['NUL and delete', '\u0000\u007f', '\\u{0}\\u{7f}'],
  ['a mark that reverses what follows', 'user\u202egpj.exe', 'user\\u{202e}gpj.exe'],
  ['the line breaks of Unicode', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
])('%s can not reach the terminal', (_, hostile, shown) => {
  expect(printableLine(hostile)).toBe(shown)
})

test('letters of all kinds stay as they are', () => {
  expect(printableLine('Zoë – 支付 ✓ 👩‍💻')).toBe('Zoë – 支付 ✓ 👩‍💻')
})

test('a text keeps its line breaks and nothing else', () => {
  expect(printableText('a\r\nb\n\u001b[31mc')).toBe('a\nb\n\\u{1b}[31mc')
})
