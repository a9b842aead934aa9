import { expect, test } from 'vitest'
import { adminReader, mayRead, type Reader } from './access.ts'

function readerOf(...read: string[]): Reader {
  return { sub: 'u_1', read, apis: new Map(), expiresAt: Number.MAX_SAFE_INTEGER }
}

test.each([
  [['users/u_1'], 'users/u_1', true],
  [['users/u_1'], 'users/u_2', false],
  [['users/u_1'], 'users/u_1/orders', false],
  [['users/u_1'], 'users/', false],
  [['users/u_1/**'], 'users/u_1/orders/o_1', true],
  [['users/u_1/**'], 'users/u_1/', true],
  [['users/u_1/**'], 'users/u_1', false],
  [['users/*'], 'users/u_7', true],
  [['users/*'], 'users/u_7/orders', false],
  [['users/*/orders/**'], 'users/u_7/orders/', true],
  [['orders/o_1', 'users/**'], 'users/', true],
  [['**'], 'anything/at/all', true],
])('who may read %j may read %s: %s', (read, path, isAllowed) => {
  expect(mayRead(readerOf(...read), path)).toBe(isAllowed)
})

test.each(['hookline/logs', 'hookline/audit/', 'hookline/events/evt_1', 'hookline/keys'])(
  'a pattern that does not name it does not reach %s',
  (path) => {
    for (const read of ['**', '*/**', '*/*', '*/*/*', '*/logs', '*/events/**']) {
      expect(mayRead(readerOf(read), path), read).toBe(false)
    }
    expect(mayRead(readerOf('hookline/**'), path)).toBe(true)
    expect(mayRead(adminReader, path)).toBe(true)
  },
)

test('an admin reads every document', () => {
  expect(mayRead(adminReader, 'users/u_1')).toBe(true)
  expect(mayRead(adminReader, 'users/')).toBe(true)
})
