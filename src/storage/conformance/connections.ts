/** Connections: one for each source and mode, with an id that stays. */
import { expect } from 'vitest'
import type { Connection } from '../connections.ts'
import type { Storage } from '../storage.ts'
import type { Cases } from './under-test.ts'

const begun: Connection = {
  source: 'stripe',
  mode: 'test',
  id: 'src_1',
  keyMark: null,
  endpointId: null,
  secretMark: null,
  place: null,
  endpointAt: null,
}

const cases: Cases = {
  'a source is not connected until it is written, in each mode by itself': async ({ storage }) => {
    expect(await storage.connection('stripe', 'test')).toBeUndefined()
    await storage.saveConnection(begun)
    expect(await storage.connection('stripe', 'test')).toEqual(begun)
    expect(await storage.connection('stripe', 'live')).toBeUndefined()
    expect(await storage.connection('Stripe', 'test')).toBeUndefined()
  },

  'what is written later stands, but the first id stays': async ({ storage, reopen }) => {
    await storage.saveConnection(begun)
    const whole = { keyMark: 'k', endpointId: 'we_1', secretMark: 's', place: 'a/b' }
    const later = { ...begun, ...whole, endpointAt: 1_800_000_000_000 }
    expect(await storage.saveConnection({ ...later, id: 'src_2' })).toEqual(later)
    const again = await reopen()
    expect(await again.connection('stripe', 'test')).toEqual(later)
    expect(await again.saveConnection({ ...begun, mode: 'live', id: 'src_3' })).toMatchObject({
      id: 'src_3',
      endpointId: null,
    })
  },

  'two that begin at the same time agree on one id': async ({ storage, openAnother }) => {
    const other = await openAnother()
    const ids = ['src_1', 'src_2', 'src_3', 'src_4']
    const saved = await Promise.all(
      ids.map((id, i) => (i % 2 === 0 ? storage : other).saveConnection({ ...begun, id })),
    )
    expect(new Set(saved.map(({ id }) => id)).size).toBe(1)
  },
}

export const connectionCases = { connection: [cases], saveConnection: [cases] } as const

/** What each verb is called with where only its refusal matters. */
export const connectionCalls = {
  connection: (s: Storage) => s.connection('stripe', 'test'),
  saveConnection: (s: Storage) => s.saveConnection(begun),
}
