/**
 * Values that can not be what their name says: a live key in test mode, a publishable key where a
 * secret belongs, an API key in the place of a webhook secret. Says what a value looks like, never
 * the value.
 */
import { HooklineError } from '../base/errors.ts'
import type { Mode } from '../base/mode.ts'

/** What a value looks like. */
export interface KeyLooks {
  readonly kind: string
  readonly mode?: Mode | undefined
  /** For people: `Stripe live secret key`. */
  readonly name: string
}

/** All that a value may be, the likeliest first; none where it looks like nothing known. */
export type Recognise = (value: string, name: string) => readonly KeyLooks[]

export type WantedKind = 'webhook-secret' | 'api-key'

export const keyNameCharactersMax = 100
export const keyValueBytesMax = 16_384

const notSecrets = ['publishable-key', 'account-id']

export interface Candidate {
  readonly name: string
  readonly mode: Mode
  readonly value: string
}

/** @throws HooklineError `key_refused` saying what it looks like, and what belongs there. */
export function refuseUnfit(candidate: Candidate, recognise: Recognise): void {
  const fault =
    nameFault(candidate.name, recognise) ?? faultOf(candidate) ?? unfit(candidate, recognise)
  if (fault) throw new HooklineError('key_refused', fault)
}

/** As `refuseUnfit`, for what is set outside of the vault: by its looks alone. @throws likewise. */
export function refuseUnfitSecret(candidate: Candidate, recognise: Recognise): void {
  const fault = unfit(candidate, recognise)
  if (fault) throw new HooklineError('key_refused', fault)
}

/** By the words that companies use in the names of their variables. */
export function wantedKind(name: string): WantedKind | undefined {
  if (/(PUBLISHABLE|PUBLIC)|_(ID|SID)$/.test(name)) return undefined
  if (/WEBHOOK|HOOK_SECRET|SIGNING/.test(name)) return 'webhook-secret'
  return /(API_KEY|SECRET_KEY|AUTH_TOKEN|ACCESS_TOKEN)$/.test(name) ? 'api-key' : undefined
}

/** The name is stored as it is, and shown: a value that was put there by mistake must not be. */
function nameFault(name: string, recognise: Recognise): string | undefined {
  const isName = /^[A-Za-z][A-Za-z0-9_.-]*$/.test(name) && name.length <= keyNameCharactersMax
  if (isName && recognise(name, '').length === 0) return undefined
  return (
    'This is no name of a key. A value was likely put in the place of the name. Use letters, ' +
    `digits and _.- up to ${keyNameCharactersMax}, as in STRIPE_SECRET_KEY.`
  )
}

function faultOf({ name, value }: Candidate): string | undefined {
  if (value.trim() === '') {
    return `The value for ${name} is empty. The prompt was likely left blank. Give the value.`
  }
  if (!value.isWellFormed() || value.includes('\0') || value !== value.trim()) {
    return (
      `The value for ${name} has white space around it, or characters that no key has. It was ` +
      'likely copied with something beside it. Copy the key alone.'
    )
  }
  if (Buffer.byteLength(value) <= keyValueBytesMax) return undefined
  return (
    `The value for ${name} is over ${keyValueBytesMax} bytes. It is likely a whole file. Give ` +
    'the key alone.'
  )
}

function unfit({ name, mode, value }: Candidate, recognise: Recognise): string | undefined {
  const looks = recognise(value, name)
  const [likeliest] = looks
  if (!likeliest) return undefined
  const ofMode = looks.filter((each) => (each.mode ?? mode) === mode)
  if (ofMode.length === 0) return wrongMode(name, mode, likeliest)
  const wanted = wantedKind(name)
  if (!wanted || ofMode.some(({ kind }) => isFit(kind, wanted))) return undefined
  return wrongKind(name, wanted, ofMode[0] ?? likeliest)
}

function isFit(kind: string, wanted: WantedKind): boolean {
  if (wanted === 'webhook-secret') return kind === 'webhook-secret'
  return kind !== 'webhook-secret' && !notSecrets.includes(kind)
}

function wrongMode(name: string, mode: Mode, { name: looks }: KeyLooks): string {
  const other = mode === 'test' ? 'live' : 'test'
  return (
    `The value for ${name} is a ${looks}, and this is ${mode} mode. The ${other} key was likely ` +
    `copied from the provider's dashboard. Copy the one for ${mode} mode` +
    `${mode === 'test' ? ', and keep the live one for the server that is live.' : '.'}`
  )
}

function wrongKind(name: string, wanted: WantedKind, { kind, name: looks }: KeyLooks): string {
  if (notSecrets.includes(kind)) {
    return (
      `The value for ${name} is a ${looks}, which anybody may see, and a secret belongs there. ` +
      'The two stand side by side in the dashboard of the provider. Copy the secret one.'
    )
  }
  return wanted === 'webhook-secret'
    ? `The value for ${name} is a ${looks}, and a webhook's signing secret belongs there. The ` +
        'API key was likely copied instead. The signing secret is shown at the webhook ' +
        'endpoint in the dashboard of the provider.'
    : `The value for ${name} is a ${looks}, and an API key belongs there. The signing secret of ` +
        'a webhook was likely copied instead. API keys have a page of their own in the ' +
        'dashboard of the provider.'
}
