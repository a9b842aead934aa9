/**
 * The definition of the storage contract: for each verb what must and what must not happen. An
 * engine conforms when every case passes; it gives nothing but a way to open a database of its own.
 */
import { afterAll, describe, test } from 'vitest'
import type { Storage } from '../storage.ts'
import { acceptedEvents } from './accepted-events.ts'
import { adminCases } from './admin-keys.ts'
import { auditedActs, chainedAudit, listedAudit, prunedAudit } from './audit.ts'
import { bulkCases } from './bulk.ts'
import { addedUpCalls, listedCalls, prunedCalls, recordedCalls } from './calls.ts'
import { cursors, listeners, readChanges } from './change-log.ts'
import {
  cancelledDeliveries,
  listedDeliveries,
  oneDelivery,
  requeuedDeliveries,
} from './changed-deliveries.ts'
import { claimedDeliveries } from './claimed-deliveries.ts'
import { connectionCases } from './connections.ts'
import { crashedDeliveries } from './crashed-deliveries.ts'
import { checked, closed, counted, opened, usedOnce } from './database.ts'
import { documentData, versionedWrites, writtenDocuments } from './documents.ts'
import { conflicts, effects } from './effects.ts'
import { eventStatus, filteredStatus } from './event-status.ts'
import { exactBodies, exactErrors, exactFields } from './exact-values.ts'
import { historyCases } from './history.ts'
import {
  changedKeys,
  goodKeys,
  masterKeys,
  putKeys,
  removedKeys,
  rewrappedKeys,
  usedKeys,
} from './keys.ts'
import { dueTimes, renewedLeases } from './leases.ts'
import { listedDocuments, oneDocument, snapshots } from './listed-documents.ts'
import {
  countedEvents,
  filteredEvents,
  newestEvents,
  oneEvent,
  pagedEvents,
} from './listed-events.ts'
import { observedCases } from './observed.ts'
import { orderedDeliveries } from './ordered-deliveries.ts'
import { parkedDeliveries, releasedByDocuments } from './parked-deliveries.ts'
import { prunedChanges, prunedEvents, prunedKeys } from './pruned.ts'
import { repeatedEvents } from './repeated-events.ts'
import {
  advancedReplays,
  cancelledReplays,
  createdReplays,
  listedReplays,
  oneReplay,
  replayedEvents,
} from './replays.ts'
import { fencedDeliveries, settledDeliveries } from './settled-deliveries.ts'
import { type Cases, newClock, type OpenStorageForTest } from './under-test.ts'

/** A verb without cases does not compile. */
const casesOf: Record<Exclude<keyof Storage, 'engine'> | 'open', readonly [Cases, ...Cases[]]> = {
  open: [opened],
  acceptEvents: [acceptedEvents, repeatedEvents, exactBodies, exactFields],
  event: [oneEvent, eventStatus],
  events: [pagedEvents, filteredEvents, filteredStatus],
  countEvents: [countedEvents],
  lastEvent: [newestEvents],
  claimDeliveries: [claimedDeliveries, crashedDeliveries, orderedDeliveries],
  renewLeases: [renewedLeases],
  settleDelivery: [
    settledDeliveries,
    fencedDeliveries,
    effects,
    conflicts,
    parkedDeliveries,
    exactErrors,
  ],
  dueInMs: [dueTimes],
  deliveries: [listedDeliveries],
  delivery: [oneDelivery],
  requeueDelivery: [requeuedDeliveries],
  cancelDelivery: [cancelledDeliveries],
  replayEvent: [replayedEvents],
  createReplay: [createdReplays],
  advanceReplay: [advancedReplays],
  replay: [oneReplay],
  replays: [listedReplays],
  cancelReplay: [cancelledReplays],
  document: [oneDocument, documentData],
  documents: [listedDocuments],
  writeDocument: [writtenDocuments, versionedWrites, releasedByDocuments],
  snapshot: [snapshots],
  changesAfter: [readChanges],
  newestCursor: [cursors],
  onChange: [listeners],
  recordCalls: [recordedCalls],
  calls: [listedCalls],
  call: [recordedCalls],
  callTotals: [addedUpCalls],
  pruneCalls: [prunedCalls],
  prune: [prunedEvents, prunedKeys, prunedChanges],
  useOnce: [usedOnce],
  stats: [counted],
  check: [checked],
  masterKeyState: [masterKeys],
  beginMasterKey: [masterKeys],
  keys: [goodKeys],
  putKey: [putKeys],
  removeKey: [removedKeys],
  useKey: [usedKeys],
  keysVersion: [changedKeys],
  beginRewrap: [rewrappedKeys],
  advanceRewrap: [rewrappedKeys],
  audit: [auditedActs],
  auditEntries: [listedAudit],
  auditEnds: [chainedAudit],
  auditAfter: [chainedAudit],
  pruneAudit: [prunedAudit],
  ...adminCases,
  ...connectionCases,
  ...observedCases,
  ...historyCases,
  ...bulkCases,
  close: [closed],
}

/** Declares a test for each case, on a fresh database each, and prints at the end how many ran. */
export function conformance(engineName: string, openStorageForTest: OpenStorageForTest): void {
  let ran = 0
  const runCase = async (run: Cases[string]) => {
    const clock = newClock()
    const opened = await openStorageForTest({ clock })
    try {
      await run({ ...opened, clock })
      ran++
    } finally {
      await opened.closeAll()
    }
  }
  describe(`the storage contract on ${engineName}`, () => {
    afterAll(() => {
      console.log(`storage conformance: ${ran} cases passed on ${engineName}`)
    })
    for (const [verb, groups] of Object.entries(casesOf)) {
      describe(verb, () => {
        const cases = groups.flatMap((group) => Object.entries(group))
        test.each(cases)('%s', (_, run) => runCase(run))
      })
    }
  })
}
