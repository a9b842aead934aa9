/** The origins whose pages may call, as the app lists them and as the configuration has them. */
import { HooklineError } from '../base/errors.ts'

/**
 * @param publicUrl where this server is reached; pages there are its own.
 * @throws HooklineError `config_invalid` for what is never an origin: a browser sends neither a
 * path nor a slash, so that it would match nothing.
 */
export function callOrigins(
  listed: readonly string[] = [],
  publicUrl: string | undefined = undefined,
): string[] {
  const wrong = listed.find((text) => text.includes('*') || originOf(text) !== text)
  if (wrong !== undefined) {
    throw new HooklineError(
      'config_invalid',
      `'${wrong.slice(0, 100)}' in hookline({ callOrigins }) is no origin. It likely has a path ` +
        'or a slash at its end. Write it as https://app.example.com.',
    )
  }
  const own = publicUrl === undefined ? undefined : originOf(publicUrl)
  return own === undefined ? [...listed] : [...listed, own]
}

function originOf(text: string): string | undefined {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null'
  return origin === 'null' ? undefined : origin
}
