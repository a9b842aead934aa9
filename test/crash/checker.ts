/**
 * Compares what the provider was told with what is in the database file, after the last process
 * ended. It reads the file by itself and believes nothing that Hookline says. It changes nothing.
 */
import { DatabaseSync } from 'node:sqlite'

export interface Told {
  readonly sent: ReadonlySet<string>
  readonly acknowledged: ReadonlySet<string>
}

export interface Findings {
  readonly sent: number
  readonly acknowledged: number
  /**
   * Attempts that ended with their process, or lost their lease; and those that came back and were
   * refused.
   */
  readonly crashed: number
  readonly fenced: number
  /** Parked as poison, or failed for good: not handled, and not forgotten either. */
  readonly setAside: number
  /** What must be empty: the name of the fault and how often it was found. */
  readonly faults: Readonly<Record<string, number>>
}

export function check(database: string, { sent, acknowledged }: Told): Findings {
  const db = new DatabaseSync(database)
  try {
    const stored = count(column(db, `select body as value from events`).map(idOf))
    const effects = count(column(db, 'select event_id as value from effects').map(String))
    const setAside = new Set(column(db, setAsideSql).map(idOf))
    const faults = {
      lost: sizeOf(acknowledged, (id) => !stored.has(id)),
      phantom: sizeOf(stored.keys(), (id) => !sent.has(id)),
      storedTwice: sizeOf(stored.values(), (times) => times > 1),
      twice: sizeOf(effects.values(), (times) => times > 1),
      missing: sizeOf(acknowledged, (id) => !effects.has(id) && !setAside.has(id)),
      uncalledFor: sizeOf(effects.keys(), (id) => !stored.has(id)),
      open: column(db, openSql).length,
      tally: Math.abs(Number(column(db, 'select n as value from tally')[0]) - totalOf(effects)),
      documents: wrongDocuments(db, effects),
      unsound: column(db, 'pragma integrity_check').filter((line) => line !== 'ok').length,
    }
    return {
      sent: sent.size,
      acknowledged: acknowledged.size,
      crashed: counter(db, 'crashed'),
      fenced: counter(db, 'fenced'),
      setAside: setAside.size,
      faults: Object.fromEntries(Object.entries(faults).filter(([, times]) => times > 0)),
    }
  } finally {
    db.close()
  }
}

const openSql = `select id as value from deliveries where state in ('ready', 'running')`
const setAsideSql = `select body as value from events where id in
  (select event_id from deliveries where state in ('failed', 'parked'))`

/** Deliveries that are still to be run. */
export function openDeliveries(database: string): number {
  return read(database, openSql).length
}

/**
 * The one column of each row. May be called while apps work on the file: they do not wait for it.
 */
export function read(database: string, sql: string, ...values: string[]): unknown[] {
  const db = new DatabaseSync(database, { readOnly: true, timeout: 5_000 })
  try {
    return column(db, sql, ...values)
  } finally {
    db.close()
  }
}

function counter(db: DatabaseSync, name: string): number {
  return Number(db.prepare('select value from counters where name = ?').get(name)?.value ?? 0)
}

/**
 * Each payment counts its account up by one, writes one version, and leaves one line in the change
 * log.
 */
function wrongDocuments(db: DatabaseSync, effects: ReadonlyMap<string, number>): number {
  const log = db.prepare('select version from changes where path = ? order by cursor')
  const payments = new Map<string, number>()
  for (const body of column(db, 'select body as value from events')) {
    const { account } = payloadOf(body).data.object.metadata
    const path = `accounts/${account}`
    const times = effects.get(idOf(body)) ?? 0
    if (account !== undefined && times > 0) payments.set(path, (payments.get(path) ?? 0) + times)
  }
  const accounts = db
    .prepare(`select path, data, version from documents where data is not null`)
    .all()
  const wrong = accounts.filter(({ path, data, version }) => {
    const expected = payments.get(String(path)) ?? 0
    const versions = log.all(String(path)).map((line) => line.version)
    const isLogged = versions.every((logged, i) => logged === i + 1) && versions.length === version
    return JSON.parse(String(data)).payments !== expected || version !== expected || !isLogged
  })
  return wrong.length + Math.abs(payments.size - accounts.length)
}

interface Payload {
  readonly id: string
  readonly data: { readonly object: { readonly metadata: { readonly account?: string } } }
}

/** By the provider's own id, in the stored bytes: the columns could be wrong. */
function idOf(body: unknown): string {
  return payloadOf(body).id
}

function payloadOf(body: unknown): Payload {
  // A blob column; stripe-event.ts made it.
  return JSON.parse(Buffer.from(body as Uint8Array).toString())
}

function column(db: DatabaseSync, sql: string, ...values: string[]): unknown[] {
  return db
    .prepare(sql)
    .all(...values)
    .map((row) => Object.values(row)[0])
}

function count(values: readonly string[]): Map<string, number> {
  const counted = new Map<string, number>()
  for (const value of values) counted.set(value, (counted.get(value) ?? 0) + 1)
  return counted
}

function totalOf(counted: ReadonlyMap<string, number>): number {
  return [...counted.values()].reduce((total, times) => total + times, 0)
}

function sizeOf<T>(values: Iterable<T>, isFault: (value: T) => boolean): number {
  let size = 0
  for (const value of values) if (isFault(value)) size++
  return size
}
