/** Variables that frameworks write into the scripts of a page, by the prefixes of their names. */
import { secretVariables } from './secrets.ts'

/** Next.js, Vite, Create React App, Expo, SvelteKit and Astro, Nuxt, Gatsby, Vue CLI, Storybook. */
const prefixes = [
  'NEXT_PUBLIC_',
  'VITE_',
  'REACT_APP_',
  'EXPO_PUBLIC_',
  'PUBLIC_',
  'NUXT_PUBLIC_',
  'GATSBY_',
  'VUE_APP_',
  'STORYBOOK_',
]

const use = new RegExp(
  `\\b(?:process\\.env|import\\.meta\\.env)(?:\\.|\\[["'])((?:${prefixes.join('|')})[A-Z0-9_]{3,80})`,
  'g',
)

/** Names that say by themselves that nobody is to see what they hold. */
const secretName =
  /(^|_)(SECRET_KEY|CLIENT_SECRET|WEBHOOK_SECRET|API_SECRET|SERVICE_ROLE(_KEY)?|PRIVATE_KEY|AUTH_TOKEN|PASSWORD)$/

export interface PublishedUse {
  readonly name: string
  readonly index: number
}

/** The prefix that publishes this variable, if one does. */
export function publishedPrefix(name: string): string | undefined {
  return prefixes.find((prefix) => name.startsWith(prefix))
}

/** Where code reads a published variable whose name says that it holds a secret. */
export function* findPublishedUses(code: string): Generator<PublishedUse> {
  for (const match of code.matchAll(use)) {
    const name = match[1] ?? ''
    const inner = name.slice(publishedPrefix(name)?.length)
    if (secretVariables.has(inner) || secretName.test(inner)) yield { name, index: match.index }
  }
}
