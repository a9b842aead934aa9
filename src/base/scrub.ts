/**
 * Takes secrets out of text before it is logged or stored as an error: those that this process
 * knows, in the forms they are usually written in, and whatever looks like a key. The last net and
 * no licence: nothing may put a secret into a text in the first place.
 */

const secretsMax = 1_000
/** Shorter ones would be found in ordinary words. */
const secretCharactersMin = 8
const mark = '[secret]'

/** One for the process: a secret is one whoever logs. The oldest is forgotten at the limit. */
const forms = new Map<string, readonly string[]>()
const finders: ((text: string) => Iterable<string>)[] = []

/** From now on `scrub` takes it out. */
export function rememberSecret(secret: string): void {
  if (secret.length < secretCharactersMin || forms.has(secret)) return
  const [oldest] = forms.keys()
  if (forms.size >= secretsMax && oldest !== undefined) forms.delete(oldest)
  forms.set(secret, formsOf(secret))
}

/** What gives the secrets that it finds in a text by their looks. */
export function addSecretFinder(find: (text: string) => Iterable<string>): void {
  if (!finders.includes(find)) finders.push(find)
}

export function scrub(text: string): string {
  let scrubbed = text
  for (const list of forms.values()) {
    for (const form of list) {
      if (scrubbed.includes(form)) scrubbed = scrubbed.replaceAll(form, mark)
    }
  }
  for (const find of finders) {
    for (const secret of [...find(scrubbed)]) scrubbed = scrubbed.replaceAll(secret, mark)
  }
  return scrubbed
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  return [
    ...new Set([
      secret,
      // Without the padding, and so found with and without it.
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('base64url'),
      hex,
      hex.toUpperCase(),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ]),
  ]
}
