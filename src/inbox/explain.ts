/** What a refusal likely means and what to do, in words for the operator; never for the sender. */
import type { RefusedReason } from '../providers/provider.ts'
import type { Source } from './sources.ts'

export type RejectionReason = RefusedReason | 'mode_differs' | 'verifier_failed'

export function explain(source: Source, reason: RejectionReason): string {
  const names = source.provider.secretNames.join(' or ')
  switch (reason) {
    case 'secret_missing':
      return (
        `No webhook secret is set for '${source.name}', so every request is refused. Set ` +
        `${names}.`
      )
    case 'signature_mismatch':
      return (
        `The signature is not made with the secret of '${source.name}' over these bytes. The ` +
        `secret is ` +
        `likely another endpoint's, or a proxy changed the body on its way. Compare ${names} ` +
        `with the ` +
        "provider's page."
      )
    case 'signature_missing':
      return (
        `There is no signature. The caller is likely not ${source.provider.name}, or ` +
        `signing is off there.`
      )
    case 'timestamp_too_old':
      return (
        'The signature is older than allowed. It is a replayed request, or this clock is ahead. ' +
        "Check the machine's time."
      )
    case 'timestamp_in_future':
      return (
        'The signature is from the future. Either this clock is behind, or that of the sender is ' +
        "ahead. Check the machine's time."
      )
    case 'mode_differs':
      return (
        `It is an event of the other mode: '${source.name}' takes ${source.mode} events only. ` +
        `The endpoint was likely registered in the wrong mode at ${source.provider.name}. Give ` +
        'each mode its own source.'
      )
    case 'setting_missing':
      return (
        `'${source.name}' needs a setting that is not there. ` +
        (source.provider.signsUrl
          ? 'What is signed has the registered URL in it: set HOOKLINE_PUBLIC_URL or ' +
            'settings.publicUrl.'
          : `See docs/reference/providers/${source.provider.name}.md.`)
      )
    case 'verifier_failed':
      return (
        'The check itself failed, which is a fault of Hookline. The log has the error; ' +
        'please report it.'
      )
    default:
      return `Not as ${source.provider.name} sends it: ${reason.replaceAll('_', ' ')}.`
  }
}
