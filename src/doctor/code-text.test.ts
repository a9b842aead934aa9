// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is tested reads such text.
import { describe, expect, test } from 'vitest'
import { closeOf, readCode } from './code-text.ts'

describe('the code of a text', () => {
  test.each([
    ['a comment to the end of the line', 'a() // b()\nc()', 'a()       \nc()'],
    ['a comment over lines', 'a() /* b()\n */ c()', 'a()       \n    c()'],
    ['what looks like a comment in a string', "a('https://b')", "a('https://b')"],
    ['what looks like a comment in a template', 'a(`//${b /* c */}`)', 'a(`//${b        }`)'],
    ['what looks like a comment in an expression', 'a(/[/*]\\/*/) // b', 'a(/[/*]\\/*/)     '],
    ['a division', 'a / b // c', 'a / b     '],
  ])('is without %s', (_, text, code) => {
    expect(readCode(text).code).toBe(code)
  })

  test('is as long as the text, with every character in its place', () => {
    const texts = ["'", '`${', '/*', '//', '/a', '"\\', '😀 /* 😀 */ "😀"', '`a${`b${c}`}`']
    for (const text of texts) {
      const { code, bare } = readCode(text)
      expect([code.length, bare.length], text).toEqual([text.length, text.length])
    }
  })
})

test('brackets in strings, templates, comments and expressions close nothing', () => {
  const text = 'f(")", \')\', `)${g(`)`)})`, /\\)/, /* ) */ {a: [")"]}) + h()'
  const { bare } = readCode(text)
  expect(text.slice(closeOf(bare, 1))).toBe(' + h()')
})

test('a bracket that nothing closes reaches to the end', () => {
  expect(closeOf('f((', 1)).toBe(3)
})
