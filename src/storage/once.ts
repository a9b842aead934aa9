/** Things that may be used one time only, such as a sign-in link. */
import { type Context, firstRow, type Program } from './program.ts'

export function* useOnce({ now }: Context, key: string, expiresAt: number): Program<boolean> {
  // Two that were checked just before the expiry and get here just after it would both be the
  // first.
  if (expiresAt <= now) return false
  const row = yield* firstRow(
    `insert into once (key, expires_at) values ($1, $2)
      on conflict (key) do update set expires_at = excluded.expires_at
        where once.expires_at <= $3 returning key`,
    key,
    expiresAt,
    now,
  )
  return row !== undefined
}
