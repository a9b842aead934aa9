/** The primary is killed under load: a synchronous standby has all that was acknowledged. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { seed } from '../../../src/base/testing/random.ts'
import { endApps } from '../../crash/running-app.ts'
import { failOver } from './failover.ts'

/** Where Debian puts its servers; the one of the npm package can not make a standby. */
const folders = [15, 16, 17, 18].map((version) => `/usr/lib/postgresql/${version}/bin`)
const programs = folders.find((folder) => existsSync(join(folder, 'pg_basebackup')))
const events = process.env.HOOKLINE_LONG === '1' ? 20_000 : 300
const limitMs = 300_000
const warning = /no synchronous standby protects/

afterEach(endApps)

if (!programs) {
  test('NOT RUN: a failover needs a server in /usr/lib/postgresql', () => {
    console.error('NOT RUN: failover to a standby. Install the package postgresql to run it.')
    expect(folders.some((folder) => existsSync(join(folder, 'pg_basebackup')))).toBe(false)
  })
} else {
  test(`a synchronous standby has every acknowledged event (SEED=${seed})`, {
    timeout: limitMs,
  }, async () => {
    const { said, ...found } = await failOver({ programs, seed, events, isSynchronous: true })
    console.table([found])
    expect(found.faults).toEqual({})
    expect(found.acknowledged).toBeGreaterThan(events)
    expect(said).not.toMatch(warning)
  })

  test(`with an asynchronous one the warning was printed at start (SEED=${seed})`, {
    timeout: limitMs,
  }, async () => {
    const { said, ...found } = await failOver({ programs, seed, events, isSynchronous: false })
    console.table([found])
    expect(said).toMatch(warning)
    expect(said).toMatch(/asynchronous/)
  })
}
