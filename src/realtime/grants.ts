/** The part of a client token that names APIs: as the app writes it, as the token carries it. */

/** What one user may spend at one API, where it is not the API's own budget. */
export interface ApiGrant {
  /** Calls in a window. */
  readonly requests?: number
  /** Bytes of bodies in a window, both ways. */
  readonly bytes?: number
  readonly windowSeconds?: number
  /** Calls at the same time. */
  readonly concurrent?: number
}

/** The names of APIs, or each with its budget: `{ openai: { requests: 20 } }`. */
export type ApiGrants = readonly string[] | Readonly<Record<string, ApiGrant>>

export const apisMax = 50
const limitNames = ['requests', 'bytes', 'windowSeconds', 'concurrent']

/** As the token carries it; undefined where it can not be granted. */
export function toClaim(apis: ApiGrants): Record<string, ApiGrant> | undefined {
  const entries = Array.isArray(apis)
    ? apis.map((name): [unknown, unknown] => [name, {}])
    : Object.entries(Object(apis))
  if (entries.length > apisMax || !entries.every(isGrant)) return undefined
  return Object.fromEntries(entries) as Record<string, ApiGrant> // each was looked at
}

/** What a token grants. A part that is not understood grants nothing. */
export function readClaim(claim: unknown): ReadonlyMap<string, ApiGrant> {
  if (claim === null || typeof claim !== 'object') return new Map()
  return new Map(Object.entries(claim).filter(isGrant) as [string, ApiGrant][]) // likewise
}

function isGrant([name, grant]: readonly [unknown, unknown]): boolean {
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return false
  if (grant === null || typeof grant !== 'object' || Array.isArray(grant)) return false
  return Object.entries(grant).every(
    ([limit, value]) =>
      value === undefined ||
      (limitNames.includes(limit) && Number.isSafeInteger(value) && Number(value) > 0),
  )
}
