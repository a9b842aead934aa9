/**
 * Judges a webhook route: whether it verifies at all, and whether the bytes are still those that
 * came when it does. In doubt it says nothing.
 */
import type { CodeText } from './code-text.ts'
import type { WebhookRoute } from './routes.ts'

/** Names of functions that check a signature, in the SDKs of the providers and by hand. */
const verifies = [
  /\b\w*(constructEvent|verif|Verif|timingSafeEqual|safeCompare|secureCompare|unwrap)\w*\s*\(/,
  /\b\w*([vV]alidat\w*|isValid|check)(\w*(Signature|Webhook|Request|Event|Hmac|Token|Secret))\w*\s*\(/,
  /\b(createHmac|createVerify|jwtVerify|isValidSignature|isValid)\s*\(/,
  /\bnew\s+Webhooks?\s*\(|\btwilio\.webhook\s*\(|\bauthenticate\.webhook\s*\(|\bfrom\s*["']hookline["']/,
  // The signature is handed on to a function of another name.
  /\(\s*[^()]{0,300}\b(sig|signature|svixHeaders|hmac)\b[^()]{0,300}\)/,
  // A secret that is sent as it is.
  /[!=]==?\s*(`Bearer \$\{)?\s*(process\.env|env|import\.meta\.env|\w*[sS]ecret|\w*[tT]oken|\w*SECRET)\b/,
]

const handlesEvent = /\.type\b|\bevent\b|\[\s*["']type["']\s*\]/i
const readsBody =
  /\b(req|request|ctx\.request)\.(body|rawBody)\b|\b(req|request|c\.req|ctx\.req)\s*\.\s*(json|text|arrayBuffer|parseBody)\s*\(|\{\s*body\b|\bevent\.body\b/

/** @param followed the route with the functions that it names. */
export function isNeverVerified(followed: { text: string; isWhole: boolean }): boolean {
  const { text, isWhole } = followed
  if (verifies.some((pattern) => pattern.test(text))) return false
  return isWhole && readsBody.test(text) && handlesEvent.test(text)
}

const check = /\b(?:constructEvent(?:Async)?|createHmac|unwrap|\w*[vV]erify\w*)\s*\(/
const body = '(?:req|request|ctx\\.request)\\.body\\b(?!\\.)'
const givenToCheck = '(?:constructEvent(?:Async)?|\\bverify\\w*|unwrap)\\s*\\(\\s*'
const rewritten =
  /\b(?:constructEvent(?:Async)?|verify\w*|update|unwrap)\s*\(\s*(?:[\w.]+\s*,\s*)?JSON\.stringify\s*\(/
const parsedRequest =
  /\b(?:req|request|c\.req|ctx\.req|event\.request)\s*\.\s*(?:json|formData|parseBody)\s*\(\s*\)/
const rawRequest = /\.\s*(?:text|arrayBuffer|blob|clone|bytes)\s*\(|\brawBody\b|\.\s*raw\b/

/** Where, in the file, it parses too early; undefined where it does not, or can not be told. */
export function parsedBeforeVerified(route: WebhookRoute, { code }: CodeText): number | undefined {
  const text = code.slice(route.from, route.to)
  const checked = check.exec(text)?.index
  if (checked === undefined) return undefined
  const at = rewritten.exec(text)?.index ?? parsedAt(route, text, checked, code)
  return at === undefined ? undefined : route.from + at
}

function parsedAt(
  { framework, from }: WebhookRoute,
  text: string,
  checked: number,
  code: string,
): number | undefined {
  switch (framework) {
    case 'fetch':
    case 'hono':
      return parsedFetch(text, checked)
    case 'pages':
      return givenBody(text) ?? unlessRaw(text, checked)
    case 'firebase':
      return givenBody(text)
    case 'fastify':
      return /addContentTypeParser|rawBody|raw-body/.test(code) ? undefined : givenBody(text)
    case 'express':
      return parsedExpress(text, code.slice(0, from))
  }
}

function parsedFetch(text: string, checked: number): number | undefined {
  const before = text.slice(0, checked)
  return rawRequest.test(before) ? undefined : parsedRequest.exec(before)?.index
}

/** The parsed body as what is checked, by itself or under a name. */
function givenBody(text: string): number | undefined {
  const direct = new RegExp(`${givenToCheck}${body}`).exec(text)
  if (direct) return direct.index
  const named = new RegExp(`\\b(?:const|let|var)\\s+(\\w+)\\s*=\\s*${body}`).exec(text)
  const parted =
    /\b(?:const|let|var)\s*\{[^}]{0,100}\b(body)\b[^}]{0,100}\}\s*=\s*(?:req|request)\b/
  const name = named?.[1] ?? parted.exec(text)?.[1]
  if (name === undefined) return undefined
  return new RegExp(`${givenToCheck}${name}\\b`).exec(text)?.index
}

/** In Next.js pages the body is parsed unless the file turns that off. */
function unlessRaw(text: string, checked: number): number | undefined {
  const readsStream = /\b(buffer|getRawBody|rawBody|text)\s*\(\s*(req|request)\b|\breq\.on\s*\(/
  if (/bodyParser\s*:\s*false/.test(text)) return undefined
  return readsStream.test(text) ? checked : undefined
}

const jsonForAll = /\.use\s*\(\s*(?:[\w$]+\s*\.\s*)?json\s*\((?!\s*\{[^)]{0,300}\bverify\b)/
const jsonHere = /,\s*(?:(?:express|bodyParser)\s*\.\s*)?json\s*\((?!\s*\{[^)]{0,300}\bverify\b)/

function parsedExpress(text: string, before: string): number | undefined {
  const given = givenBody(text)
  if (given === undefined) return undefined
  return jsonHere.test(text) || jsonForAll.test(before) ? given : undefined
}
