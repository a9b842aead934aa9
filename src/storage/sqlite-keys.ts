/**
 * The keys of stored events on their way into `dedupe_keys`. Keys come in no order, so that each
 * one put into the index at once would rewrite a page of its own: the largest cost of accepting.
 * They are put in later, sorted, so that neighbours share a page. The guarantee is that of a unique
 * index: one transaction writes at a time, and it looks in the index and at every event which the
 * index does not hold yet before it stores.
 */
import { asNumber, asText, orNull, type Row, withoutNul } from './program.ts'
import type { Run } from './sqlite-statement.ts'

/** From so many on they are sorted and put in; more share a page, and take more memory. */
const sweepFromDefault = 16_384
/** Put in with a commit at least, and twice as many as the commit adds: so a sweep always ends. */
const sliceMin = 64
/** Put in at once where nothing else is to do. */
const idleSliceMax = 2_048

/** An event that the index does not hold yet. */
interface Waiting {
  /** Of its key, in the map. */
  readonly name: string
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

/** What a transaction may undo. */
interface Before {
  readonly newest: number | undefined
  readonly sweep: Sweep | undefined
  readonly next: number
}

export class DedupeKeys {
  readonly #run: Run
  readonly #sweepFrom: number
  readonly #waiting = new Map<string, Waiting>()
  /** All events up to here are in the map or in the index; undefined before the first look. */
  #newest: number | undefined
  #sweep: Sweep | undefined
  /** Of the transaction that is open. */
  #added: string[] = []
  #swept: Waiting[] = []
  #isCaughtUp = false
  #before: Before = { newest: undefined, sweep: undefined, next: 0 }
  #wasAdded = false

  /** @param run runs a statement in the transaction that is open. */
  constructor(run: Run, sweepFrom = sweepFromDefault) {
    this.#run = run
    this.#sweepFrom = sweepFrom
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** A transaction begins. Each ends with `committed` or with `rolledBack`. */
  begin(): void {
    this.#added = []
    this.#swept = []
    this.#isCaughtUp = false
    this.#before = { newest: this.#newest, sweep: this.#sweep, next: this.#sweep?.next ?? 0 }
  }

  committed(): void {
    for (const { name } of this.#swept) this.#waiting.delete(name)
  }

  rolledBack(): void {
    for (const name of this.#added) this.#waiting.delete(name)
    this.#newest = this.#before.newest
    this.#sweep = this.#before.sweep
    if (this.#sweep) this.#sweep.next = this.#before.next
  }

  /** The file was closed: what is known of it is read again. */
  forget(): void {
    this.#waiting.clear()
    this.#newest = undefined
    this.#sweep = undefined
  }

  /** The id of the event that has this key. @param name that of the key, by `nameOf`. */
  find(name: string, source: string, dedupeKey: string): string | undefined {
    this.#catchUp()
    const known = this.#waiting.get(name)
    return known ? known.eventId : findIndexed(this.#run, source, dedupeKey)
  }

  /** Gives the sequence number under which the event is to be stored in this transaction. */
  add(key: Waiting): number {
    this.#wasAdded = true
    this.#newest = this.#catchUp() + 1
    this.#remember(key)
    return this.#newest
  }

  /** Puts a slice of the keys into the index, where enough are waiting. */
  sweep(): void {
    if (!this.#sweep && this.#waiting.size >= this.#sweepFrom) this.#beginSweep()
    this.#putIn(Math.max(sliceMin, 2 * this.#added.length))
  }

  /** Puts in a slice though few are waiting. */
  sweepIdle(): void {
    this.#beginSweep()
    this.#putIn(idleSliceMax)
  }

  /** All of them, before the file is closed. */
  sweepAll(): void {
    this.#putIn(Number.MAX_SAFE_INTEGER)
    this.#beginSweep()
    this.#putIn(Number.MAX_SAFE_INTEGER)
  }

  /** Up to which event they may be removed: their keys are in the index, or are put there now. */
  prunableUpTo(): number {
    this.#catchUp()
    if (this.#waiting.size <= idleSliceMax) this.sweepAll()
    return indexedUpTo(this.#run)
  }

  /** Whether nothing was added since the time before that this was asked. */
  isIdle(): boolean {
    const isIdle = !this.#wasAdded
    this.#wasAdded = false
    return isIdle
  }

  /** What other processes stored since, and after a start what this one had not put in. */
  #catchUp(): number {
    if (this.#isCaughtUp && this.#newest !== undefined) return this.#newest
    const stored = newestStored(this.#run)
    const newest = this.#newest ?? indexedUpTo(this.#run)
    if (stored > newest) {
      for (const row of eventsAfter(this.#run, newest)) this.#remember(toWaiting(row))
    }
    this.#isCaughtUp = true
    this.#newest = Math.max(newest, stored)
    return this.#newest
  }

  #remember(key: Waiting): void {
    this.#waiting.set(key.name, key)
    this.#added.push(key.name)
  }

  #beginSweep(): void {
    const upTo = this.#catchUp()
    if (this.#waiting.size === 0) setIndexedUpTo(this.#run, upTo)
    else this.#sweep ??= { sorted: [...this.#waiting.values()].sort(inIndexOrder), upTo, next: 0 }
  }

  #putIn(count: number): void {
    if (!this.#sweep) return
    const { sorted, next, upTo } = this.#sweep
    const slice = sorted.slice(next, next + count)
    for (const key of slice) insertKey(this.#run, key)
    this.#swept.push(...slice)
    this.#sweep.next += slice.length
    if (this.#sweep.next < sorted.length) return
    setIndexedUpTo(this.#run, upTo)
    this.#sweep = undefined
  }
}

/** One name for two texts that the database would keep as the same. */
export function nameOf(source: string, dedupeKey: string): string {
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
  const [source, dedupeKey] = [asText(row.source), asText(row.dedupe_key)]
  return {
    name: nameOf(source, dedupeKey),
    source,
    dedupeKey,
    eventId: asText(row.id),
    receivedAt: asNumber(row.received_at),
  }
}
