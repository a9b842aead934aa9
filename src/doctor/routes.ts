/**
 * Finds the routes that take webhooks, by the shapes of Express, Fastify, Hono, Next.js, SvelteKit,
 * Supabase and Firebase. A route is one where its address, its file or its name says so.
 */
import { type CodeText, closeOf, readCode } from './code-text.ts'

export type Framework = 'express' | 'fastify' | 'hono' | 'pages' | 'fetch' | 'firebase'

export interface WebhookRoute {
  readonly framework: Framework
  /** Where in the file it begins and ends. */
  readonly from: number
  readonly to: number
}

const isWebhookName = /web-?hooks?|(^|[/_-])hooks?([/_-]|$)/i
const call = /\b[A-Za-z_$][\w$]*\s*\.\s*(post|all|put|on|route)\s*\(/g
const addressed = /^\s*(?:["'](?:POST|post)["']\s*,\s*)?(["'`])([^"'`\n]{1,200})\1/
const routeObject = /\burl\s*:\s*(["'`])([^"'`\n]{1,200})\1/

const appFile = /(^|\/)(route|\+server)\.[cm]?[jt]sx?$/
const pagesFile = /(^|\/)pages\/api\/.+\.[cm]?[jt]sx?$/
const functionFile = /(^|\/)(supabase|netlify|edge)[/-]functions\/.+\.[cm]?[jt]sx?$/
const postHandler = /\bexport\s+(?:async\s+function|function|const)\s+POST\b/
const firebaseFunction =
  /(?:\bexports\.|\bexport\s+const\s+)(\w{0,80}webhook\w{0,80})\s*=\s*[\w.\s]{0,80}?(?:\([^)]{0,200}\)\s*\.[\w.\s]{0,40})?onRequest\s*\(/gi

export function findWebhookRoutes(path: string, text: CodeText): WebhookRoute[] {
  const { code } = text
  const whole = { from: 0, to: code.length }
  if (isWebhookName.test(path) && appFile.test(path)) {
    return postHandler.test(code) ? [{ framework: 'fetch', ...whole }] : []
  }
  if (isWebhookName.test(path) && pagesFile.test(path)) {
    return /\bexport\s+default\b/.test(code) ? [{ framework: 'pages', ...whole }] : []
  }
  if (isWebhookName.test(path) && functionFile.test(path)) return [{ framework: 'fetch', ...whole }]
  return [...firebaseRoutes(text), ...calledRoutes(text)]
}

function calledRoutes({ code, bare }: CodeText): WebhookRoute[] {
  return [...bare.matchAll(call)].flatMap((match) => {
    const open = match.index + match[0].length - 1
    const to = closeOf(bare, open)
    const pattern = match[1] === 'route' ? routeObject : addressed
    const address = pattern.exec(code.slice(open + 1, to))?.[2]
    // A route holds a handler; `client.post('/webhooks', data)` is a call of somebody's API.
    const isRoute = address !== undefined && isWebhookName.test(address) && /^\/|^\*/.test(address)
    if (!isRoute || !holdsHandler(code.slice(open, to))) return []
    return [{ framework: frameworkOf(code), from: match.index, to }]
  })
}

/** A function, or the name of one behind the address. */
function holdsHandler(list: string): boolean {
  return /=>|\bfunction\b|,\s*[A-Za-z_$][\w$.]*\s*,?\s*\)$|\bhandler\b/.test(list)
}

function firebaseRoutes({ code, bare }: CodeText): WebhookRoute[] {
  return [...code.matchAll(firebaseFunction)].map((match) => ({
    framework: 'firebase' as const,
    from: match.index,
    to: closeOf(bare, match.index + match[0].length - 1),
  }))
}

function frameworkOf(code: string): Framework {
  if (/["']fastify["']|\bfastify\b/.test(code)) return 'fastify'
  if (/["']hono(\/[\w-]+)?["']|\bc\.req\b/.test(code)) return 'hono'
  return 'express'
}

/**
 * The text of a route with the functions that it names, of this file and of those it imports; and
 * whether all that it names was found.
 */
export function followRoute(
  { from, to }: WebhookRoute,
  text: CodeText,
  readImport: (specifier: string) => string | undefined,
): { readonly text: string; readonly isWhole: boolean } {
  const parts = [text.code.slice(from, to)]
  const seen = new Set<string>()
  let isWhole = true
  for (let at = 0; at < parts.length && parts.length < functionsMax; at++) {
    for (const name of namesIn(parts[at] ?? '', at === 0)) {
      if (seen.has(name)) continue
      seen.add(name)
      const found = definitionOf(name, text, readImport)
      if (found === 'elsewhere') isWhole = false
      else if (found !== undefined) parts.push(found)
    }
  }
  return { text: parts.join('\n'), isWhole }
}

const functionsMax = 40

/** What it calls; and of a route also the handlers that it is handed by name. */
function namesIn(part: string, isRoute: boolean): string[] {
  const called = [...part.matchAll(/\b([A-Za-z_$][\w$]*)(?:\.[\w$]+)*\s*\(/g)].map(
    ([, name]) => name,
  )
  const handed = isRoute
    ? [...part.matchAll(/[,:]\s*([A-Za-z_$][\w$]*)(?:\.[\w$]+)*\s*(?=[,)}])/g)].map(
        ([, name]) => name,
      )
    : []
  return [...called, ...handed].filter((name) => name !== undefined)
}

/** `elsewhere` where it comes from a file that can not be read here. */
function definitionOf(
  name: string,
  { code, bare }: CodeText,
  readImport: (specifier: string) => string | undefined,
): string | 'elsewhere' | undefined {
  const word = name.replaceAll('$', '\\$')
  const local = new RegExp(`\\b(?:function\\s+${word}\\s*\\(|(?:const|let|var)\\s+${word}\\s*[:=])`)
  const at = local.exec(bare)?.index
  if (at !== undefined) {
    const open = bare.indexOf('{', at)
    return code.slice(at, open < 0 ? code.length : closeOf(bare, open))
  }
  const specifier = importOf(word, code)
  if (specifier === undefined || !/^[.@~#]/.test(specifier)) return undefined
  const other = /^\./.test(specifier) ? readImport(specifier) : undefined
  return other === undefined ? 'elsewhere' : readCode(other).code
}

function importOf(word: string, code: string): string | undefined {
  const imported = new RegExp(
    `(?:import\\s[^;]{0,500}?\\b${word}\\b[^;]{0,500}?from\\s*|` +
      `\\b${word}\\b[^;=]{0,200}=\\s*require\\(\\s*)["']([^"']{1,200})["']`,
  )
  return imported.exec(code)?.[1]
}
