/**
 * The key: asked for where none is set, and tried. One that the provider refuses is asked for
 * again, where it is in the vault and can be replaced from here.
 */
import { ApiError } from '../../client/admin.ts'
import { UsageError } from '../failure.ts'
import { readValue } from '../keys/value.ts'
import { printableLine } from '../printable.ts'
import { type Connecting, guide, isDone, sayDone } from './connecting.ts'

export async function requireKey(connecting: Connecting): Promise<void> {
  const { view } = connecting
  if (isDone(connecting, 'key')) return sayDone(connecting, 'the key was tried before')
  const { key: known } = view
  if (!known) return await askAndTry(connecting)
  try {
    await tryKey(connecting)
    sayDone(connecting, `the key ${known.name} works (it is from ${known.origin})`)
  } catch (error) {
    const isReplaceable = known.origin === 'vault' && isRefused(error)
    if (!isReplaceable) throw error
    process.stderr.write(`${printableLine(view.provider)} refused the key that is set.\n`)
    await askAndTry(connecting, error)
  }
}

async function askAndTry(connecting: Connecting, refusal?: unknown): Promise<void> {
  const { api, view } = connecting
  const [name = ''] = view.keyNames
  sayWhere(connecting)
  const value = await readOr(name, refusal)
  const key = await api.keys.set(name, { value, mode: view.mode })
  await tryKey(connecting)
  sayDone(connecting, `the key ${name} works, and is in the vault (${key.kind ?? key.fingerprint})`)
}

/** Where nothing more can be read, what the provider said of the first one is what matters. */
async function readOr(name: string, refusal: unknown): Promise<string> {
  try {
    return await readValue(name)
  } catch (error) {
    throw refusal !== undefined && error instanceof UsageError ? refusal : error
  }
}

function sayWhere({ view }: Connecting): void {
  if (!view.guide) return
  const account = `No account yet? ${view.guide.signUpUrl}`
  process.stderr.write(`Where the key of ${view.provider} is found:\n`)
  guide([account, ...view.guide.keySteps])
}

async function tryKey({ api, view, given }: Connecting): Promise<void> {
  await api.connect.tryKey(view.source, given)
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'api_key_refused'
}
