import { expect, test } from 'vitest'
import { isList, urlOf } from './live-path.ts'

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
