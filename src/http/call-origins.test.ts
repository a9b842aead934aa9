import { expect, test } from 'vitest'
import { callOrigins } from './call-origins.ts'

test('the public address is an origin too, whatever its path is', () => {
  const listed = ['https://app.example.com', 'http://localhost:3000']
  expect(callOrigins(listed, 'https://hooks.example.com/base/')).toEqual([
    ...listed,
    'https://hooks.example.com',
  ])
  expect(callOrigins(undefined, 'no url')).toEqual([])
  expect(callOrigins()).toEqual([])
})

test.each([
  '*',
  'null',
  '',
  'app.example.com',
  'https://app.example.com/',
  'https://app.example.com/chat',
  'https://App.example.com',
  'https://*.example.com',
  'file:///x',
])('%j is no origin, and would match nothing', (text) => {
  expect(() => callOrigins([text])).toThrow(expect.objectContaining({ code: 'config_invalid' }))
})
