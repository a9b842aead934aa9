/** All pages below docs/reference/providers, as they must be: file name -> text. */
import { providers } from '../../src/providers/index.ts'
import type { SourceProvider } from '../../src/providers/provider.ts'
import { indexPage, providerPage } from './provider-page.ts'

export function providerPages(): ReadonlyMap<string, string> {
  const all = Object.entries<SourceProvider>(providers).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const pages = all.map(([name, provider]) => [`${name}.md`, providerPage(provider)] as const)
  return new Map([...pages, ['index.md', indexPage(all.map(([, provider]) => provider))]])
}
