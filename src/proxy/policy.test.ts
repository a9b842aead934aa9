import { expect, test } from 'vitest'
import { isAllowed, parseRule } from './policy.ts'

test.each([
  ['POST /v1/chat/completions', 'POST', 'v1/chat/completions'],
  ['GET /v1/models/*', 'GET', 'v1/models/gpt'],
  ['GET /v1/*/events', 'GET', 'v1/x/events'],
  ['GET /v1/files/**', 'GET', 'v1/files/a'],
  ['GET /v1/files/**', 'GET', 'v1/files/a/b/c'],
  ['DELETE /', 'DELETE', ''],
  ['GET /v1/', 'GET', 'v1/'],
])('%s allows %s /%s', (rule, method, path) => {
  expect(isAllowed([parse(rule)], method, path.split('/'))).toBe(true)
})

test.each([
  ['POST /v1/chat/completions', 'GET', 'v1/chat/completions'],
  ['POST /v1/chat/completions', 'POST', 'v1/chat/completions/'],
  ['POST /v1/chat/completions', 'POST', 'v1/chat/Completions'],
  ['POST /v1/chat/completions', 'POST', 'v1/chat'],
  ['GET /v1/models/*', 'GET', 'v1/models'],
  ['GET /v1/models/*', 'GET', 'v1/models/'],
  ['GET /v1/models/*', 'GET', 'v1/models/a/b'],
  ['GET /v1/models/*', 'HEAD', 'v1/models/a'],
  ['GET /v1/files/**', 'GET', 'v1/files'],
  ['GET /v1/files/**', 'GET', 'v1/filesystem/a'],
  ['GET /v1', 'GET', 'v2'],
])('%s does not allow %s /%s', (rule, method, path) => {
  expect(isAllowed([parse(rule)], method, path.split('/'))).toBe(false)
})

test('without rules nothing is allowed', () => {
  expect(isAllowed([], 'GET', ['v1'])).toBe(false)
})

test.each([
  '',
  '/v1',
  'GET',
  'GET v1',
  'get /v1',
  'OPTIONS /v1',
  'ANY /v1',
  'GET /v1 ',
  'GET /v1?a=b',
  'GET /v1/%2e%2e',
  'GET /v1/../x',
  'GET /v1//x',
  'GET /**/x',
  'GET /v1/a*',
  'GET /v1/***',
  'GET https://evil.test/v1',
])('%j is no rule', (text) => {
  expect(parseRule(text)).toBeUndefined()
})

function parse(text: string) {
  const rule = parseRule(text)
  if (!rule) throw new Error(`${text} is no rule.`)
  return rule
}
