/**
 * Brings Hookline's schema up to date, once among the processes that start at the same time. Where
 * nothing is to do nothing is tried, so that the runtime needs no right to create or alter.
 */
import { HooklineError } from '../../base/errors.ts'
import { isSchemaCurrent, type MigrationStep, migrate } from '../migrations.ts'
import { firstRow, type Program } from '../program.ts'
import { quoteName } from './connect.ts'
import { isForbidden, isUndefinedTable } from './fault.ts'
import { type Connections, transaction } from './lanes.ts'

/** Of the migrations of all Hooklines; any number does. */
const migrationLock = 4_600_000_001

/** @throws HooklineError `storage_incompatible` where it is not current and the role may not. */
export async function bringUpToDate(
  lanes: Connections,
  schema: string,
  onStep?: (step: MigrationStep) => void,
): Promise<void> {
  if (await isCurrent(lanes)) return
  try {
    await transaction(lanes, function* (context): Program<void> {
      // Several processes that start at once: one migrates, the others wait and find it done.
      yield { text: 'select pg_advisory_xact_lock($1)', values: [migrationLock] }
      // The right to create a schema is asked for even where it is there.
      const there = yield* firstRow('select 1 as one from pg_namespace where nspname = $1', schema)
      if (!there) yield { text: `create schema ${quoteName(schema)}`, values: [] }
      yield* migrate(context, onStep)
    })
  } catch (error) {
    // A schema that the role may not use is not seen by it.
    const isRights = isForbidden(error) || isUndefinedTable(error)
    throw isRights ? forbiddenError(schema, error) : error
  }
}

async function isCurrent(lanes: Connections): Promise<boolean> {
  try {
    return await transaction(lanes, () => isSchemaCurrent())
  } catch (error) {
    if (isUndefinedTable(error) || isForbidden(error)) return false
    throw error
  }
}

function forbiddenError(schema: string, cause: unknown): HooklineError {
  return new HooklineError(
    'storage_incompatible',
    `The schema '${schema}' is not there, not this role's to use, or older than this Hookline, ` +
      'and the role of HOOKLINE_DATABASE may not change that. Run `hookline migrate` with a role ' +
      'that may, grant this one its rights (docs/operate/postgres.md), and start again.',
    { cause },
  )
}
