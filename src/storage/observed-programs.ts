/** The verbs on what was observed, each one program. */
import { countTypes, eventTypes } from './event-types.ts'
import type { ObservedBefore, ObservedStorage } from './observed.ts'
import { countOld } from './old.ts'
import type { Engine, Program } from './program.ts'
import { pruneRejections, recordRejections, rejections } from './rejections.ts'
import { databaseBytes, pruneSamples, samples, writeSamples } from './samples.ts'

const wakes = { wakes: true }

export function observedVerbs({ transact, read }: Engine): ObservedStorage {
  return {
    recordRejections: (list, limits) => transact((c) => recordRejections(c, list, limits), wakes),
    rejections: (filter, page) => read(() => rejections(filter, page)),
    writeSamples: (list) => transact((c) => writeSamples(c, list), wakes),
    samples: (query) => read(() => samples(query)),
    countTypes: (limit) => transact((c) => countTypes(c, limit)),
    eventTypes: (source) => read(() => eventTypes(source)),
    pruneObserved: (before) => transact(() => pruneObserved(before)),
    databaseBytes: () => read(databaseBytes),
    countOld: (before) => read(() => countOld(before)),
  }
}

function* pruneObserved({ rejections, samples, limit }: ObservedBefore): Program<number> {
  let removed = yield* pruneRejections(rejections, limit)
  for (const [stepMs, before] of Object.entries(samples)) {
    removed += yield* pruneSamples(Number(stepMs), before, limit)
  }
  return removed
}
