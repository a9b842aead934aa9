/** The traps of webhook routes: read before they are verified, or not verified at all. */
import { posix } from 'node:path'
import { readCode } from './code-text.ts'
import { type Finding, lineAt, newFinding } from './finding.ts'
import type { ProjectFile } from './project.ts'
import { findWebhookRoutes, followRoute } from './routes.ts'
import { isNeverVerified, parsedBeforeVerified } from './verification.ts'

const script = /\.[cm]?[jt]sx?$/
/** Tests and declarations take no requests of anybody. */
const idleFile =
  /(^|\/)(__tests__|__mocks__|tests?|spec|fixtures|e2e)\/|\.(test|spec|d)\.[cm]?[jt]sx?$/
const endings = ['', '.ts', '.tsx', '.js', '.mjs', '.cjs', '/index.ts', '/index.js']

/** @param read gives the text of another file of the project. */
export function findRouteTraps(
  { path, kind }: ProjectFile,
  text: string,
  read: (path: string) => string | undefined,
): Finding[] {
  const isCode = kind === 'source' && script.test(path) && !idleFile.test(path)
  if (!isCode || !/hook/i.test(text + path)) return []
  const code = readCode(text)
  return findWebhookRoutes(path, code).flatMap((route, count) => {
    const parsedAt = parsedBeforeVerified(route, code)
    if (parsedAt !== undefined) {
      const what = 'This webhook is parsed, and then verified on what came of that.'
      const identity = ['parsed', path, String(count)]
      const place = { path, line: lineAt(text, parsedAt) }
      return [newFinding('webhook-parsed-before-verified', place, { what, identity })]
    }
    const readImport = (specifier: string) => readRelative(path, specifier, read)
    if (!isNeverVerified(followRoute(route, code, readImport))) return []
    const what = 'This webhook is handled, and nothing in it checks who sent it.'
    const identity = ['unverified', path, String(count)]
    const at = route.from === 0 ? Math.max(0, code.code.search(/\bexport\b|\bDeno\b/)) : route.from
    return [
      newFinding('webhook-not-verified', { path, line: lineAt(text, at) }, { what, identity }),
    ]
  })
}

/** As the compilers look for it; `./a.js` may be written in `./a.ts`. */
function readRelative(
  from: string,
  specifier: string,
  read: (path: string) => string | undefined,
): string | undefined {
  const base = posix.join(posix.dirname(from), specifier)
  if (base.startsWith('..')) return undefined
  const bases = [base, base.replace(/\.([cm]?)js$/, '.$1ts')]
  for (const each of bases.flatMap((name) => endings.map((ending) => name + ending))) {
    const text = read(each)
    if (text !== undefined) return text
  }
  return undefined
}
