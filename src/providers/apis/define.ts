/** Makes definitions of APIs: of one that is declared, and of any other by `api({ … })`. */
import type { ApiAuth, ApiDeclaration, ApiDefinition, ApiOptions } from './declaration.ts'

/** For a company that sends no webhooks: a maker of definitions, as its sources are made. */
export function defineApi(declaration: ApiDeclaration): (options?: ApiOptions) => ApiDefinition {
  return (options = {}) => ({ api: declaration, options })
}

export interface CustomApiOptions extends Omit<ApiOptions, 'keyName' | 'baseUrl'> {
  /** Where its paths begin: `https://api.example.com`, with a path where it has one. */
  readonly baseUrl: string
  /** The environment name of its key. */
  readonly keyName: string
  /** Default: `{ kind: 'bearer' }`. */
  readonly auth?: ApiAuth
  readonly idempotencyHeader?: string
}

/**
 * Any API that Hookline does not know.
 * @example hookline({ apis: { maps: api({ baseUrl: 'https://maps.example.com',
 * keyName: 'MAPS_KEY', auth: { kind: 'query', parameter: 'key' }, allow: ['GET /geocode'] }) } })
 */
export function api({ auth, idempotencyHeader, ...options }: CustomApiOptions): ApiDefinition {
  const declaration: ApiDeclaration = {
    name: 'api',
    title: 'API',
    docsUrl: options.baseUrl,
    baseUrl: options.baseUrl,
    keyNames: [options.keyName],
    auth: auth ?? { kind: 'bearer' },
    ...(idempotencyHeader === undefined ? {} : { idempotencyHeader }),
  }
  return { api: declaration, options }
}
