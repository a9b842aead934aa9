/**
 * Looks at the secrets of a source when the app starts, before a provider meets them. Never shows
 * one.
 */
import { HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { faultWords, secretFault } from './secret-faults.ts'
import type { Source } from './sources.ts'

/**
 * Warns of secrets that can hardly be right, and refuses those that would let anybody in.
 * @throws HooklineError `config_invalid` for a secret of white space.
 */
export function checkSecrets({ name, provider, secrets }: Source, log: Log): void {
  const names = provider.secretNames.join(' or ') || 'it'
  for (const secret of secrets) {
    const fault = secretFault(secret, provider)
    if (!fault) continue
    const words = faultWords(name, fault, names)
    if (fault === 'blank') throw new HooklineError('config_invalid', words)
    log.warn('a secret is likely wrong', { source: name, detail: words })
  }
}
