/**
 * Looks at the secrets of a source when the app starts, before a provider meets them. Never shows
 * one.
 */
import { HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { recogniseKeys } from '../providers/key-shapes.ts'
import { refuseUnfitSecret } from '../vault/refuse.ts'
import { faultWords, secretFault } from './secret-faults.ts'
import type { Source } from './sources.ts'

/**
 * Warns of secrets that can hardly be right, and refuses those that would let anybody in or are of
 * another kind or mode.
 * @throws HooklineError `config_invalid` for a secret of white space, `key_refused`.
 */
export function checkSecrets({ name, provider, secrets, mode }: Source, log: Log): void {
  const names = provider.secretNames.join(' or ') || 'it'
  const [usualName = 'WEBHOOK_SECRET'] = provider.secretNames
  for (const secret of secrets) {
    refuseUnfitSecret({ name: usualName, mode, value: secret }, recogniseKeys)
    const fault = secretFault(secret, provider)
    if (!fault) continue
    const words = faultWords(name, fault, names)
    if (fault === 'blank') throw new HooklineError('config_invalid', words)
    log.warn('a secret is likely wrong', { source: name, detail: words })
  }
}
