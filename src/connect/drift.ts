/**
 * How the endpoint at the provider differs from what the app wants. It compares what it is given
 * and asks nobody.
 */
import type { RemoteEndpoint, WantedEndpoint } from '../providers/connect/declaration.ts'
import type { Connection } from '../storage/connections.ts'

export type DriftKind =
  | 'endpoint_missing'
  | 'endpoint_orphaned'
  | 'endpoint_disabled'
  | 'type_not_subscribed'
  | 'type_not_handled'
  | 'url_differs'
  | 'api_version_differs'
  | 'secret_unknown'

export interface Drift {
  readonly kind: DriftKind
  /** For people; holds no secret. */
  readonly detail: string
  /** What it is about: event types, or ids of endpoints. */
  readonly subjects: readonly string[]
}

/** The endpoints that are ours: the one to keep, and what is left over. */
export interface Ours {
  readonly current: RemoteEndpoint | undefined
  readonly orphans: readonly RemoteEndpoint[]
  /** At our URL, made by somebody else. */
  readonly foreign: RemoteEndpoint | undefined
}

export interface OursOptions {
  readonly connection: Connection
  readonly url: string
  readonly isMarked: boolean
}

/**
 * An endpoint is ours by its mark or by its recorded id. Where none can bear a mark, one with our
 * URL counts too. One that bears the mark of another installation at our own URL was ours before
 * the database was lost.
 */
export function oursAmong(
  remote: readonly RemoteEndpoint[],
  { connection, url, isMarked }: OursOptions,
): Ours {
  const isOurs = ({ id, owner, url: at }: RemoteEndpoint) =>
    owner === connection.id ||
    id === connection.endpointId ||
    (at === url && (!isMarked || owner !== null))
  const ours = remote.filter(isOurs)
  const current =
    ours.find(({ id }) => id === connection.endpointId) ??
    ours.find((each) => each.url === url) ??
    ours[0]
  return {
    current,
    orphans: ours.filter((each) => each !== current),
    foreign: remote.find((each) => each.url === url && !isOurs(each)),
  }
}

export interface DriftOptions {
  readonly wanted: WantedEndpoint
  readonly apiVersion: string | undefined
  /** Whether the source has the secret that the endpoint signs with. */
  readonly isSecretKnown: boolean
}

export function driftOf({ current, orphans }: Ours, options: DriftOptions): Drift[] {
  const { wanted } = options
  const left: Drift[] = orphans.map(({ id, url }) => ({
    kind: 'endpoint_orphaned',
    detail: `${id} is of this source too, and sends to ${url}`,
    subjects: [id],
  }))
  if (!current) {
    const detail = `there is no endpoint for ${wanted.url}`
    return [{ kind: 'endpoint_missing', detail, subjects: [] }, ...left]
  }
  return [...differences(current, options), ...left]
}

function differences(current: RemoteEndpoint, options: DriftOptions): Drift[] {
  const { wanted, apiVersion, isSecretKnown } = options
  const missing = wanted.types.filter((type) => !current.types.includes(type))
  const extra = current.types.filter((type) => !wanted.types.includes(type))
  const found: (Drift | false)[] = [
    current.url !== wanted.url && {
      kind: 'url_differs',
      detail: `it sends to ${current.url} and not to ${wanted.url}`,
      subjects: [current.id],
    },
    missing.length > 0 && {
      kind: 'type_not_subscribed',
      detail: `handled, and not subscribed to: ${missing.join(', ')}`,
      subjects: missing,
    },
    extra.length > 0 && {
      kind: 'type_not_handled',
      detail: `subscribed to, and not handled: ${extra.join(', ')}`,
      subjects: extra,
    },
    apiVersion !== undefined &&
      current.apiVersion !== apiVersion && {
        kind: 'api_version_differs',
        detail:
          `its events have the API version ${current.apiVersion ?? 'of the account'} ` +
          `and not ${apiVersion}`,
        subjects: [current.id],
      },
    !current.isEnabled && {
      kind: 'endpoint_disabled',
      detail: 'it is switched off at the provider',
      subjects: [current.id],
    },
    !isSecretKnown && {
      kind: 'secret_unknown',
      detail: 'the source does not have the secret that it signs with',
      subjects: [current.id],
    },
  ]
  return found.filter((each) => each !== false)
}
