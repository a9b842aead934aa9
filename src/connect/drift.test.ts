import { describe, expect, test } from 'vitest'
import type { RemoteEndpoint } from '../providers/connect/declaration.ts'
import { oursAmong } from './drift.ts'

const url = 'https://app.example.com/webhooks/stripe'
const connection = {
  ...({ source: 'stripe', mode: 'test', id: 'src_mine', keyMark: null, secretMark: null } as const),
  ...{ endpointId: 'we_recorded', place: null, endpointAt: null },
}

function remote(id: string, over: Partial<RemoteEndpoint>): RemoteEndpoint {
  return { ...{ id, url, types: [], isEnabled: true, apiVersion: null, owner: null }, ...over }
}

const elsewhere = 'https://old.example.com/webhooks/stripe'
const idsOf = (isMarked: boolean, ...all: RemoteEndpoint[]) => {
  const { current, orphans, foreign } = oursAmong(all, { connection, url, isMarked })
  return [current?.id, orphans.map(({ id }) => id), foreign?.id]
}

describe('which endpoints are ours', () => {
  test('by the mark wherever it sends to, by the record, and no other', () => {
    const marked = remote('we_marked', { owner: 'src_mine', url: elsewhere })
    const recorded = remote('we_recorded', { url: elsewhere })
    expect(idsOf(true, marked)).toEqual(['we_marked', [], undefined])
    expect(idsOf(true, marked, recorded)).toEqual(['we_recorded', ['we_marked'], undefined])
    const staging = remote('we_staging', { owner: 'src_other', url: elsewhere })
    const strange = remote('we_strange', { url: 'https://strange.example.com' })
    expect(idsOf(true, staging, strange)).toEqual([undefined, [], undefined])
  })

  test('one at our URL without a mark is foreign, unless none can bear a mark', () => {
    const byHand = remote('we_by_hand', {})
    expect(idsOf(true, byHand)).toEqual([undefined, [], 'we_by_hand'])
    expect(idsOf(false, byHand)).toEqual(['we_by_hand', [], undefined])
    const lost = remote('we_lost', { owner: 'src_of_a_lost_database' })
    expect(idsOf(true, lost)).toEqual(['we_lost', [], undefined])
  })
})
