import { describe, expect, test } from 'vitest'
import { parseJson, valueAt } from './json.ts'

describe('parseJson', () => {
  test.each(['null', 'false', '0', '""', '[]', '{"a":[1,null]}'])('reads %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  test.each(['', '{', "{'a':1}", '{"a":1} x', 'undefined', 'NaN', '\ufeff{}', '{"a":1,}'])(
    'gives undefined for %j',
    (text) => {
      expect(parseJson(text)).toBeUndefined()
    },
  )

  test('a key named __proto__ is a key and changes no prototype', () => {
    const parsed = parseJson('{"__proto__":{"admin":true}}')
    expect(Object.keys(parsed ?? {})).toEqual(['__proto__'])
    expect(valueAt(parsed, 'admin')).toBeUndefined()
    expect(valueAt({}, 'admin')).toBeUndefined()
  })
})

describe('valueAt', () => {
  const body = { data: { object: { id: 'pi_1', none: null, zero: 0, list: [{ a: 1 }, 'b'] } } }

  test.each([
    ['data.object.id', 'pi_1'],
    ['data.object.zero', 0],
    ['data.object.none', null],
    ['data.object.list.0.a', 1],
    ['data.object.list.1', 'b'],
    ['data', body.data],
  ])('%s leads to its value', (path, value) => {
    expect(valueAt(body, path)).toEqual(value)
  })

  test.each([
    'data.object.missing',
    'data.object.missing.further',
    'data.object.none.further',
    'data.object.id.length',
    'data.object.list.2',
    'data..object',
    '',
    '__proto__',
    'constructor',
    'constructor.prototype',
    'data.toString',
    'data.object.list.map',
    'data.object.list.__proto__.map',
  ])('%j leads nowhere', (path) => {
    expect(valueAt(body, path)).toBeUndefined()
  })

  test.each([undefined, null, 'text', 7, true])('in %j nothing is found', (value) => {
    expect(valueAt(value, 'length')).toBeUndefined()
    expect(valueAt(value, 'a.b')).toBeUndefined()
  })
})
