/** Things that may be used one time only, such as a sign-in link. */
import { type Context, firstRow, type Program } from './program.ts'

export function* useOnce({ now }: Context, key: string, expiresAt: number): Program<boolean> {
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
