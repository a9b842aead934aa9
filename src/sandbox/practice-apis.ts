/**
 * Two APIs that `dev` adds to those of the app, both of them the sandbox's: one with a key that is
 * there, and one whose key a newcomer puts into the vault. The exercises of the dashboard call
 * them, with no account and no network. They never reach another machine than this one.
 */
import type { ApiDefinition } from '../providers/apis/declaration.ts'
import { api } from '../providers/apis/define.ts'

/** What a page that practises may do; it can send nothing and delete nothing. */
const allow = ['GET /v1/balance', 'POST /v1/customers', 'GET /v1/customers/*']
const thisMachine = ['127.0.0.1', '::1']

/** The sandbox takes every key of a test account. */
const givenKey = 'sk_test_sandbox'
const ownKeyName = 'LEARN_KEY'

/** An API of the app with the same name comes first. */
export function withPracticeApis(
  apis: Readonly<Record<string, ApiDefinition>> | undefined,
  { isDev, sandboxUrl }: { readonly isDev: boolean; readonly sandboxUrl?: string | undefined },
): Readonly<Record<string, ApiDefinition>> | undefined {
  if (!isDev || sandboxUrl === undefined) return apis
  const common = { baseUrl: sandboxUrl, allow, allowAddresses: thisMachine }
  const own = api({ ...common, keyName: ownKeyName })
  return { sandbox: api({ ...common, keyName: ownKeyName, key: givenKey }), learn: own, ...apis }
}
