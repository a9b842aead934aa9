/**
 * Which headers of a provider are themselves the proof: where nothing is signed, what is sent is
 * the secret, and whoever reads it can send in the provider's name.
 */
import type { Declaration } from './declaration.ts'
import { schemesOf } from './verify.ts'

/** In lower case. */
export function secretHeadersOf(declaration: Declaration): readonly string[] {
  const headers = Object.values(schemesOf(declaration))
    .filter(({ facts }) => facts.signed === undefined && !facts.bodyAuthenticated)
    .flatMap((scheme) => scheme.headers)
  return [...new Set(headers)]
}
