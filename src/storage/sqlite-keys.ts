/**
 * The keys of stored events on their way into `dedupe_keys`. Keys come in no order, so that each
 * one put into the index at once would rewrite a page of its own: the largest cost of accepting.
 * They are put in later, sorted, so that neighbours share a page. The guarantee is that of a unique
 * index: one transaction writes at a time, and it looks in the index and at every event which the
 * index does not hold yet before it stores.
 */
import { asNumber, asText, orNull, type Program, type Row, withoutNul } from './program.ts'
import type { Run } from './sqlite-statement.ts'

/** From so many on they are sorted and put in; more share a page, and take more memory. */
const sweepFromDefault = 16_384
/** Put in with a commit at least, and twice as many as the commit adds: so a sweep always ends. */
const sliceMin = 64
/** Put in at once where nothing else is to do. */
const idleSliceMax = 2_048

/** An event that the index does not hold yet. */
interface Waiting {
  readonly source: string
  readonly dedupeKey: string
  readonly eventId: string
  readonly receivedAt: number
}

/** The waiting keys in the order of the index, up to the event that was newest when it began. */
interface Sweep {
  readonly sorted: readonly Waiting[]
  readonly upTo: number
  next: number
}

export interface DedupeKeys {
  /** Forgets what the last transaction did not finish, and begins the next one. */
  begin(): void
  /** The transaction was committed. */
  committed(): void
  /** Undoes what the transaction did here. */
  rolledBack(): void
  /** The file was closed: what is known of it is read again. */
  forget(): void
  /** The id of the event that has this key. */
  find(source: string, dedupeKey: string): string | undefined
  /** Gives the sequence number under which the event is to be stored in this transaction. */
  add(waiting: Waiting): number
  /** Puts a slice of the keys into the index, where enough are waiting. */
  sweep(): void
  /** Puts in keys though few are waiting. */
  sweepIdle(): void
  /** All of them, before the file is closed. */
  sweepAll(): void
  /** Which events may be removed: their keys are in the index, or are put there now. */
  prunableUpTo(): Program<number>
  /** Whether nothing was added since the time before that this was asked. */
  isIdle(): boolean
  readonly waiting: number
}

/** @param run runs a statement in the transaction that is open. */
export function newDedupeKeys(run: Run, sweepFrom = sweepFromDefault): DedupeKeys {
  const waiting = new Map<string, Waiting>()
  /** All events up to here are in the map or in the index; undefined before the first look. */
  let newest: number | undefined
  let sweep: Sweep | undefined
  let added: string[] = []
  let swept: Waiting[] = []
  let isCurrent = false
  let wasAdded = false
  let before: { newest: number | undefined; sweep: Sweep | undefined; next: number }

  const remember = (key: Waiting) => {
    const name = nameOf(key.source, key.dedupeKey)
    waiting.set(name, key)
    added.push(name)
  }

  /** What other processes stored since, and after a start what this one had not put in. */
  function catchUp(): number {
    if (isCurrent && newest !== undefined) return newest
    const stored = newestStored(run)
    newest ??= indexedUpTo(run)
    if (stored > newest) for (const row of eventsAfter(run, newest)) remember(toWaiting(row))
    newest = Math.max(newest, stored)
    isCurrent = true
    return newest
  }

  function putIn(count: number): void {
    if (!sweep) return
    const slice = sweep.sorted.slice(sweep.next, sweep.next + count)
    for (const key of slice) insertKey(run, key)
    sweep.next += slice.length
    swept.push(...slice)
    if (sweep.next < sweep.sorted.length) return
    setIndexedUpTo(run, sweep.upTo)
    sweep = undefined
  }

  function sweepFromNow(): void {
    const upTo = catchUp()
    if (waiting.size === 0) setIndexedUpTo(run, upTo)
    else sweep ??= { sorted: [...waiting.values()].sort(inIndexOrder), upTo, next: 0 }
  }

  function sweepAll(): void {
    putIn(Number.MAX_SAFE_INTEGER)
    sweepFromNow()
    putIn(Number.MAX_SAFE_INTEGER)
  }

  return {
    begin() {
      added = []
      swept = []
      isCurrent = false
      before = { newest, sweep, next: sweep?.next ?? 0 }
    },
    committed() {
      for (const { source, dedupeKey } of swept) waiting.delete(nameOf(source, dedupeKey))
    },
    rolledBack() {
      for (const name of added) waiting.delete(name)
      newest = before.newest
      sweep = before.sweep
      if (sweep) sweep.next = before.next
    },
    forget() {
      waiting.clear()
      newest = undefined
      sweep = undefined
    },
    find(source, dedupeKey) {
      catchUp()
      const known = waiting.get(nameOf(source, dedupeKey))
      return known ? known.eventId : findIndexed(run, source, dedupeKey)
    },
    add(key) {
      wasAdded = true
      newest = (newest ?? 0) + 1
      remember(key)
      return newest
    },
    sweep() {
      if (!sweep && waiting.size >= sweepFrom) sweepFromNow()
      putIn(Math.max(sliceMin, 2 * added.length))
    },
    sweepIdle() {
      sweepFromNow()
      putIn(idleSliceMax)
    },
    sweepAll,
    // biome-ignore lint/correctness/useYield: a program that asks nothing of its driver
    *prunableUpTo() {
      catchUp()
      if (waiting.size <= idleSliceMax) sweepAll()
      return indexedUpTo(run)
    },
    isIdle() {
      const isIdle = !wasAdded
      wasAdded = false
      return isIdle
    },
    get waiting() {
      return waiting.size
    },
  }
}

/** One name for two texts that the database would keep as the same. */
function nameOf(source: string, dedupeKey: string): string {
  return `${withoutNul(source.toWellFormed())}\0${withoutNul(dedupeKey.toWellFormed())}`
}

/** As SQLite compares, which is byte by byte; where UTF-16 differs, a page more is touched. */
function inIndexOrder(a: Waiting, b: Waiting): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1
  return a.dedupeKey < b.dedupeKey ? -1 : 1
}

function findIndexed(run: Run, source: string, dedupeKey: string): string | undefined {
  const [row] = run(
    'select event_id from dedupe_keys where source = $1 and dedupe_key = $2',
    source,
    dedupeKey,
  )
  return row && asText(row.event_id)
}

/** Another process may have put it in; it put in the same. */
function insertKey(run: Run, { source, dedupeKey, eventId, receivedAt }: Waiting): void {
  run(
    `insert into dedupe_keys (source, dedupe_key, event_id, received_at) values ($1, $2, $3, $4)
      on conflict (source, dedupe_key) do nothing`,
    source,
    dedupeKey,
    eventId,
    receivedAt,
  )
}

/** Never less than what was put in, so that the number of an event that is gone is not reused. */
function newestStored(run: Run): number {
  const [row] = run(
    `select max(coalesce((select max(seq) from events), 0),
      coalesce((select value from counters where name = 'dedupe_keys'), 0)) as seq`,
  )
  return asNumber(row?.seq)
}

function indexedUpTo(run: Run): number {
  const [row] = run(`select value from counters where name = 'dedupe_keys'`)
  return orNull(asNumber, row?.value) ?? 0
}

function setIndexedUpTo(run: Run, seq: number): void {
  run(
    `insert into counters (name, value) values ('dedupe_keys', $1)
      on conflict (name) do update set value = max(value, excluded.value)`,
    seq,
  )
}

function eventsAfter(run: Run, seq: number): Row[] {
  return run(
    'select source, dedupe_key, id, received_at from events where seq > $1 order by seq',
    seq,
  )
}

function toWaiting(row: Row): Waiting {
  return {
    source: asText(row.source),
    dedupeKey: asText(row.dedupe_key),
    eventId: asText(row.id),
    receivedAt: asNumber(row.received_at),
  }
}
