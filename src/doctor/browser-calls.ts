/** Finds calls of APIs that need a secret key in code that runs in browsers. */
import { readCode } from './code-text.ts'
import { type Finding, lineAt, newFinding } from './finding.ts'
import type { ProjectFile } from './project.ts'

/** Hosts whose every call needs a secret key. */
const hosts = [
  'api.openai.com',
  'api.anthropic.com',
  'generativelanguage.googleapis.com',
  'api.mistral.ai',
  'api.groq.com',
  'api.x.ai',
  'api.deepseek.com',
  'openrouter.ai/api',
  'api.replicate.com',
  'api.perplexity.ai',
  'api.stripe.com',
  'api.resend.com',
  'api.sendgrid.com',
  'api.mailgun.net',
  'api.twilio.com',
  'api.clerk.com',
  'api-m.paypal.com',
  'api.paystack.co',
  'api.lemonsqueezy.com',
  'api.polar.sh',
  'api.paddle.com',
  'slack.com/api',
]

const host = hosts.map((name) => name.replaceAll('.', '\\.')).join('|')
const address = new RegExp(`["'\`]https://(${host})\\b`, 'g')
const called = new RegExp(
  `\\b(?:fetch|axios(?:\\.\\w+)?)\\s*\\(\\s*["'\`]https://(${host})\\b`,
  'g',
)
const allowedInBrowser = /\bdangerouslyAllowBrowser\s*:\s*(?:true|!0)\b/g
const credential = /\bauthorization\b|\bx-api-key\b|\bapi-key\b|[?&]key=|\bBearer\b/i
/** A credential belongs to a call this near to it. */
const callCharactersMax = 800

const clientDirective = /^\s*(?:["']use strict["'];?\s*)?["']use client["']/
const markup = /\.(vue|svelte|html?)$/
const serverMarkup = /\+(page|layout)\.server\.|\.server\.[jt]sx?$/
const usesPage =
  /\b(document\.(getElementById|querySelector|createElement|addEventListener|cookie)|window\.(location|addEventListener|localStorage)|localStorage\.\w|useState\s*[<(]|useEffect\s*\()/
const script = /\.([cm]?[jt]sx?|vue|svelte|html?)$/

export function findBrowserCalls({ path, kind }: ProjectFile, text: string): Finding[] {
  if (!script.test(path)) return []
  const isBundle = kind === 'bundle'
  const { code } = isBundle || markup.test(path) ? { code: text } : readCode(text)
  if (!isBundle && !runsInBrowser(path, code)) return []
  const found = new Map<string, number>()
  for (const { name, index } of callsIn(code, isBundle)) {
    if (!found.has(name)) found.set(name, index)
  }
  return [...found].map(([name, index]) => {
    const what = `This runs in the browser and calls ${name} with a key.`
    const identity = ['browser', path, name]
    return newFinding(
      'secret-api-in-browser',
      { path, line: lineAt(text, index) },
      { what, identity },
    )
  })
}

function runsInBrowser(path: string, code: string): boolean {
  if (serverMarkup.test(path)) return false
  return markup.test(path) || clientDirective.test(code) || usesPage.test(code)
}

/** A bundle holds the addresses of SDKs that it may never call, so there it must be a call. */
function* callsIn(code: string, isBundle: boolean): Generator<{ name: string; index: number }> {
  for (const match of code.matchAll(isBundle ? called : address)) {
    const near = code.slice(match.index, match.index + callCharactersMax)
    if (credential.test(near)) yield { name: match[1] ?? '', index: match.index }
  }
  for (const match of code.matchAll(allowedInBrowser)) {
    yield { name: 'an API of its SDK', index: match.index }
  }
}
