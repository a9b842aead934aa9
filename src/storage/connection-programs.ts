/** Programs on connections: one row for each source and mode. */
import type { Mode } from '../base/mode.ts'
import type { Connection, ConnectionStorage } from './connections.ts'
import {
  asNumber,
  asText,
  type Engine,
  firstRow,
  orNull,
  type Program,
  type Row,
} from './program.ts'

export function connectionVerbs({ transact, read }: Engine): ConnectionStorage {
  return {
    connection: (source, mode) => read(() => connection(source, mode)),
    saveConnection: (connection) => transact(() => saveConnection(connection)),
  }
}

function* connection(source: string, mode: Mode): Program<Connection | undefined> {
  const row = yield* firstRow(
    'select * from connections where source = $1 and mode = $2',
    source,
    mode,
  )
  return row && toConnection(row)
}

/** The id of the row stays: the endpoint at the provider bears it. */
function* saveConnection(connection: Connection): Program<Connection> {
  const { source, mode, id, keyMark, endpointId, secretMark, place, endpointAt } = connection
  const row = yield* firstRow(
    `insert into connections
        (source, mode, id, key_mark, endpoint_id, secret_mark, place, endpoint_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (source, mode) do update set key_mark = excluded.key_mark,
        endpoint_id = excluded.endpoint_id, secret_mark = excluded.secret_mark,
        place = excluded.place, endpoint_at = excluded.endpoint_at
      returning *`,
    source,
    mode,
    id,
    keyMark,
    endpointId,
    secretMark,
    place,
    endpointAt,
  )
  return toConnection(row as Row) // the statement gives back its row
}

function toConnection(row: Row): Connection {
  return {
    source: asText(row.source),
    mode: row.mode === 'live' ? 'live' : 'test',
    id: asText(row.id),
    keyMark: orNull(asText, row.key_mark),
    endpointId: orNull(asText, row.endpoint_id),
    secretMark: orNull(asText, row.secret_mark),
    place: orNull(asText, row.place),
    endpointAt: orNull(asNumber, row.endpoint_at),
  }
}
