import { expect, test } from 'vitest'
import { isList, urlOf, withoutDots } from './live-path.ts'

test('the base may end with a slash, and the path may begin with one', () => {
  for (const base of ['http://h', 'http://h/', 'http://h//']) {
    expect(urlOf(base, '/live', 'users/u_1')).toBe('http://h/live/users/u_1')
  }
  expect(urlOf('http://h/hooks', '/live', '/users/')).toBe('http://h/hooks/live/users/')
  expect(urlOf('', '/live', 'users/u_1')).toBe('/live/users/u_1')
})

test('characters that mean something in a URL are encoded', () => {
  expect(urlOf('', '/live', 'users/a?b#c%d é')).toBe('/live/users/a%3Fb%23c%25d%20%C3%A9')
})

test.each(['..', 'users/../secrets', './a', 'users/..'])('%s is refused', (path) => {
  expect(() => urlOf('http://h', '/live', path)).toThrow(/^path_invalid: .* likely .* Check/)
})

test('a path that ends in a slash is a list, and so is the root', () => {
  expect(['users/', '/', ''].map(isList)).toEqual([true, true, true])
  expect(['users', 'users/u_1'].map(isList)).toEqual([false, false])
})

test.each(['/v1/../live', '/v1/..', '/v1/%2e%2E/x', '/v1/.%2e?a', '/v1/\\..\\x', '../x', './x'])(
  'a call of %s would be one of another path, and is refused',
  (path) => {
    expect(() => withoutDots(path)).toThrow(/^path_invalid/)
  },
)

test('a call with dots elsewhere is made as it is', () => {
  for (const path of ['/v1/a..b', '/v1/x?next=/../y', '/v1/x.json', '/v1/...']) {
    expect(withoutDots(path)).toBe(path)
  }
})
