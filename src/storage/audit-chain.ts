/**
 * How the entries of the audit log hang together, and the check that they still do. A chain shows
 * what was changed, left out or put in; not that all of it was written anew, for which its head
 * has to be known from elsewhere.
 */
import { createHash } from 'node:crypto'
import type { AuditStorage, ChainEnd, ChainedEntry } from './audit.ts'

const entriesPerRead = 500

/** The hash of an entry that follows the one with this hash: SHA-256 over a JSON list. */
export function chainHash(previous: string, entry: Omit<ChainedEntry, 'hash'>): string {
  const { seq, at, actor, action, subject, details } = entry
  // A list and not an object: its order is fixed, so that it has one text only.
  const text = JSON.stringify([previous, seq, at, actor.kind, actor.id, action, subject, details])
  return createHash('sha256').update(text).digest('hex')
}

export type Verified =
  | { readonly isWhole: true; readonly entries: number; readonly head: ChainEnd }
  | {
      readonly isWhole: false
      /** Entries that were found right before it. */
      readonly entries: number
      /** The first one that is not what was written. */
      readonly brokenAt: number
      readonly fault: 'changed' | 'missing' | 'cut_off' | 'not_written_here' | 'head_differs'
    }

/**
 * Follows the chain from its beginning to its end, and names the first entry that is wrong.
 * @param known an end that an earlier check gave, kept elsewhere: it must be in the chain still,
 * unless it has been pruned since.
 */
export async function verifyAudit(
  storage: Pick<AuditStorage, 'auditEnds' | 'auditAfter'>,
  known?: ChainEnd,
): Promise<Verified> {
  const { base, head } = await storage.auditEnds()
  let last = base
  while (true) {
    const entries = await storage.auditAfter(last.seq, entriesPerRead)
    for (const entry of entries) {
      // Written while this runs: the end was read before.
      if (last.seq === head.seq && entry.seq > head.seq) {
        return endOf(base, last, head, known)
      }
      const fault = faultOf(last, entry, known)
      if (fault) {
        const brokenAt = fault === 'missing' ? last.seq + 1 : entry.seq
        return { isWhole: false, entries: last.seq - base.seq, brokenAt, fault }
      }
      last = { seq: entry.seq, hash: entry.hash }
    }
    if (entries.length < entriesPerRead) return endOf(base, last, head, known)
  }
}

function faultOf(
  last: ChainEnd,
  entry: ChainedEntry,
  known: ChainEnd | undefined,
): 'changed' | 'missing' | 'head_differs' | undefined {
  if (entry.seq !== last.seq + 1) return 'missing'
  if (chainHash(last.hash, entry) !== entry.hash) return 'changed'
  return entry.seq === known?.seq && entry.hash !== known.hash ? 'head_differs' : undefined
}

function endOf(base: ChainEnd, last: ChainEnd, head: ChainEnd, known?: ChainEnd): Verified {
  const entries = last.seq - base.seq
  if (last.seq < head.seq) {
    return { isWhole: false, entries, brokenAt: last.seq + 1, fault: 'cut_off' }
  }
  if (last.seq > head.seq || last.hash !== head.hash) {
    return { isWhole: false, entries, brokenAt: last.seq, fault: 'not_written_here' }
  }
  // It was written, and is no longer there: the chain was cut and its end moved.
  if (known && known.seq > last.seq) {
    return { isWhole: false, entries, brokenAt: last.seq + 1, fault: 'cut_off' }
  }
  return { isWhole: true, entries, head }
}
