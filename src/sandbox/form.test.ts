import { expect, test } from 'vitest'
import { formDepthMax, formFieldsMax, parseForm } from './form.ts'

function fieldsOf(text: string): unknown {
  const outcome = parseForm(text)
  return outcome.ok ? JSON.parse(JSON.stringify(outcome.fields)) : outcome
}

test('names in brackets become objects within objects', () => {
  const text = 'amount=999&metadata[userId]=u_1&line_items[0][price_data][currency]=usd'
  expect(fieldsOf(text)).toEqual({
    amount: '999',
    metadata: { userId: 'u_1' },
    line_items: { 0: { price_data: { currency: 'usd' } } },
  })
})

test('an empty pair of brackets is the next place of a list', () => {
  expect(fieldsOf('expand[]=customer&expand[]=latest_charge')).toEqual({
    expand: { 0: 'customer', 1: 'latest_charge' },
  })
})

test('percent signs and plus signs are decoded in names and in values', () => {
  expect(fieldsOf('metadata%5Bfull+name%5D=Jenny+%26+%C3%86gir')).toEqual({
    metadata: { 'full name': 'Jenny & Ægir' },
  })
})

test('of a name that comes twice the last value counts', () => {
  expect(fieldsOf('a=1&a=2')).toEqual({ a: '2' })
})

test.each([
  '__proto__[isAdmin]=1',
  'constructor[prototype][isAdmin]=1',
  'metadata[__proto__][isAdmin]=1',
])('%s is a field like any other and changes no object', (text) => {
  const outcome = parseForm(text)
  expect(outcome.ok).toBe(true)
  expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
  expect(outcome.ok && 'isAdmin' in outcome.fields).toBe(false)
  expect(outcome.ok && Object.keys(outcome.fields)).toHaveLength(1)
})

test('a field can be deep up to the limit and no deeper', () => {
  const deep = (depth: number) => `a${'[b]'.repeat(depth - 1)}=1`
  expect(parseForm(deep(formDepthMax)).ok).toBe(true)
  expect(parseForm(deep(formDepthMax + 1))).toMatchObject({ ok: false, reason: 'too_deep' })
  expect(parseForm(deep(50_000))).toMatchObject({ ok: false, reason: 'too_deep' })
})

test('there can be fields up to the limit and no more', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `a${i}=1`).join('&')
  expect(parseForm(many(formFieldsMax)).ok).toBe(true)
  expect(parseForm(many(formFieldsMax + 1))).toMatchObject({
    ok: false,
    reason: 'too_many_fields',
  })
})

test.each(['a[b=1', 'a]b=1', '[a]=1', 'a[b]c=1', '=1'])('the name in %s is refused', (text) => {
  expect(parseForm(text)).toMatchObject({ ok: false, reason: 'name_malformed' })
})

test.each(['a=1&a[b]=2', 'a[b]=2&a=1'])('%s is refused: a is a value and an object', (text) => {
  expect(parseForm(text)).toEqual({
    ok: false,
    reason: 'value_and_fields',
    name: text.endsWith('a=1') ? 'a' : 'a[b]',
  })
})
