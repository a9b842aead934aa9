/** What is said where no source has the name: which there are, and the line that adds one. */
import { HooklineError } from '../../base/errors.ts'

const namesShownMax = 20
const nameCharactersShownMax = 100

export async function unknownSource(
  name: string,
  known: readonly { readonly name: string }[],
): Promise<HooklineError> {
  const shown = name.slice(0, nameCharactersShownMax)
  return new HooklineError(
    'source_unknown',
    `No source is named '${shown}'. ${therefore(known)} ${await whatToDo(name)}`,
  )
}

function therefore(known: readonly { readonly name: string }[]): string {
  if (known.length === 0) return 'The app has none at all.'
  const names = known.slice(0, namesShownMax).map(({ name }) => name)
  const more = known.length - names.length
  return `The app has: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

async function whatToDo(name: string): Promise<string> {
  const { providers } = await import('../../index.ts') // Loaded for this sentence alone.
  if (!Object.hasOwn(providers, name)) {
    return 'Check the name, or add a source to hookline({ sources }) in hookline.ts.'
  }
  const made = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const key = made === name ? name : `'${name}'`
  return (
    `Add \`${key}: ${made}()\` to hookline({ sources }) in hookline.ts, import ${made} from ` +
    "'hookline', and run this again."
  )
}
