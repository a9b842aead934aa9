/** Things that may be used one time only, such as a sign-in link. */
import { firstRow, type Program } from './program.ts'

export function* useOnce(key: string, expiresAt: number): Program<boolean> {
  const row = yield* firstRow(
    'insert into once (key, expires_at) values ($1, $2) on conflict (key) do nothing returning key',
    key,
    expiresAt,
  )
  return row !== undefined
}
