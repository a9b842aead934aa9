/**
 * Compares what the provider was told with what is in the database, past Hookline and past every
 * proxy. It changes nothing.
 */
import type { Findings, Told } from '../crash/checker.ts'
import { ask } from './cluster.ts'

const idSql = `convert_from(body, 'UTF8')::jsonb ->> 'id'`
const accountSql = `convert_from(body, 'UTF8')::jsonb #>> '{data,object,metadata,account}'`
const openSql = `select count(*)::int as n from hookline.deliveries
  where state in ('ready', 'running')`

export async function check(url: string, { sent, acknowledged }: Told): Promise<Findings> {
  const stored = await countsOf(url, `select ${idSql} as id from hookline.events`)
  const effects = await countsOf(url, 'select event_id as id from effects')
  const setAside = await countsOf(
    url,
    `select ${idSql} as id from hookline.events where id in
      (select event_id from hookline.deliveries where state in ('failed', 'parked'))`,
  )
  const faults = {
    lost: sizeOf(acknowledged, (id) => !stored.has(id)),
    phantom: sizeOf(stored.keys(), (id) => !sent.has(id)),
    storedTwice: sizeOf(stored.values(), (times) => times > 1),
    twice: sizeOf(effects.values(), (times) => times > 1),
    missing: sizeOf(acknowledged, (id) => !effects.has(id) && !setAside.has(id)),
    uncalledFor: sizeOf(effects.keys(), (id) => !stored.has(id)),
    open: await openDeliveries(url),
    documents: await wrongDocuments(url),
  }
  return {
    sent: sent.size,
    acknowledged: acknowledged.size,
    crashed: await counter(url, 'crashed'),
    fenced: await counter(url, 'fenced'),
    setAside: setAside.size,
    faults: Object.fromEntries(Object.entries(faults).filter(([, times]) => times > 0)),
  }
}

/** Deliveries that are still to be run. */
export async function openDeliveries(url: string): Promise<number> {
  return (await ask(url, openSql)).rows[0].n
}

/** Each payment counts its account up by one and writes one version of its document. */
async function wrongDocuments(url: string): Promise<number> {
  const { rows } = await ask(
    url,
    `with expected as (
        select 'accounts/' || (${accountSql}) as path, count(*) as n
          from hookline.events join effects on effects.event_id = ${idSql}
          where ${accountSql} is not null group by 1),
      written as (select path, (data::jsonb ->> 'payments')::bigint as n, version
        from hookline.documents where path like 'accounts/%')
      select path from expected full join written using (path)
        where expected.n is distinct from written.n or written.version is distinct from written.n`,
  )
  return rows.length
}

async function counter(url: string, name: string): Promise<number> {
  const { rows } = await ask(url, 'select value from hookline.counters where name = $1', [name])
  return Number(rows[0]?.value ?? 0)
}

async function countsOf(url: string, text: string): Promise<Map<string, number>> {
  const { rows } = await ask(url, `select id, count(*)::int as n from (${text}) as t group by id`)
  return new Map(rows.map(({ id, n }) => [id, n]))
}

function sizeOf<T>(values: Iterable<T>, isFault: (value: T) => boolean): number {
  let size = 0
  for (const value of values) if (isFault(value)) size++
  return size
}
