/** Reads what a server stored, past the server: from its SQLite file or its PostgreSQL database. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Place } from '../programs/peer-program.ts'

export type Row = Readonly<Record<string, unknown>>

export interface Store {
  rows(sql: string): Promise<Row[]>
  close(): Promise<void>
}

export const hooklineFileName = 'hookline.db'

/** Hookline's tables, by their names alone on both engines. */
export async function openStore(place: Place, fileName = hooklineFileName): Promise<Store> {
  if (place.postgres !== undefined) return await openPostgresStore(place.postgres)
  const db = new DatabaseSync(join(place.directory, fileName), { readOnly: true })
  return {
    rows: async (sql) => db.prepare(sql).all(),
    close: async () => db.close(),
  }
}

async function openPostgresStore(url: string): Promise<Store> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=hookline,public' })
  await client.connect()
  return {
    rows: async (sql) => (await client.query(sql)).rows,
    close: () => client.end(),
  }
}
