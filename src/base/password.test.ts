import { describe, expect, test } from 'vitest'
import { hashPassword, isPassword, parsePasswordHash } from './password.ts'

const password = 'correct horse battery staple'

describe('a password', () => {
  test('is known by its hash, and another one is not', async () => {
    const text = await hashPassword(password)
    expect(text).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[\w+/]{22}\$[\w+/]{43}$/)
    const hash = parsePasswordHash(text)
    if (!hash) throw new Error('It can not read what it wrote.')
    expect(await isPassword(password, hash)).toBe(true)
    for (const wrong of ['', `${password} `, password.toUpperCase(), password.repeat(20)]) {
      expect(await isPassword(wrong, hash), wrong).toBe(false)
    }
  })

  test('has another hash each time', async () => {
    expect(await hashPassword(password)).not.toBe(await hashPassword(password))
  })

  test('is the same in whichever characters it was typed', async () => {
    const hash = parsePasswordHash(await hashPassword('caf\u00e9 au lait, s.v.p.'))
    if (!hash) throw new Error('It can not read what it wrote.')
    expect(await isPassword('cafe\u0301 au lait, s.v.p.', hash)).toBe(true)
  })

  test('of the reference implementation is known', async () => {
    // argon2 of github.com/P-H-C/phc-winner-argon2, test.c, version 0x13, Argon2id.
    const text =
      '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$' + 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
    const hash = parsePasswordHash(text)
    if (!hash) throw new Error('It can not read the published vector.')
    expect(await isPassword('password', hash)).toBe(true)
  })
})

test.each([
  ['nothing', ''],
  ['a password', 'correct horse'],
  ['bcrypt', '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'],
  ['another variant', '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg'],
  ['all memory', '$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg'],
  ['all time', '$argon2id$v=19$m=256,t=999,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg'],
  ['too little memory', '$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg'],
  ['no salt', '$argon2id$v=19$m=256,t=2,p=1$YQ$nf65EOgLrQMR/uIPnA4rEg'],
  ['a short tag', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65'],
])('a hash that is %s is none', (_, text) => {
  expect(parsePasswordHash(text)).toBeUndefined()
})
