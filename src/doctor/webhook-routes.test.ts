import { describe, expect, test } from 'vitest'
import { findRouteTraps } from './webhook-routes.ts'

const nothingElse = () => undefined

function trapsOf(path: string, text: string, files: Readonly<Record<string, string>> = {}) {
  const file = { path, kind: 'source' as const, isTracked: true, isIgnored: false }
  const read = (other: string) => files[other]
  return findRouteTraps(file, text, read).map(({ rule, line }) => `${rule}:${line}`)
}

const check = "stripe.webhooks.constructEvent(req.body, req.headers['stripe-signature'], secret)"
const onPaid = "if (event.type === 'paid') grant(event.data)"

describe('a webhook that is parsed before it is verified', () => {
  test.each<[name: string, path: string, line: number, text: string]>([
    [
      'Express: express.json() for all routes before this one',
      'server.js',
      3,
      `const app = express()\napp.use(express.json())
app.post('/webhook', express.raw({ type: '*/*' }), (req, res) => { const event = ${check} })`,
    ],
    [
      'Express: bodyParser.json() on the route',
      'server.js',
      2,
      `app.post('/webhook', bodyParser.json(), (req, res) => {\n  const event = ${check}\n})`,
    ],
    [
      'Express: the parsed body under another name',
      'server.js',
      4,
      `app.use(json())\napp.post('/stripe/webhooks', async (req, res) => {
  const payload = req.body
  const event = stripe.webhooks.constructEvent(payload, sig, secret)\n})`,
    ],
    [
      'Express: the parsed body, written anew',
      'server.ts',
      2,
      `app.post('/hooks/github', async (req, res) => {
  const hash = createHmac('sha256', secret).update(JSON.stringify(req.body)).digest('hex')\n})`,
    ],
    [
      'Fastify: the parsed body',
      'server.ts',
      3,
      `import Fastify from 'fastify'\nfastify.post('/webhook', async (request, reply) => {
  const event = stripe.webhooks.constructEvent(request.body, sig, secret)\n})`,
    ],
    [
      'Hono: c.req.json() first',
      'index.ts',
      3,
      `import { Hono } from 'hono'\napp.post('/webhook', async (c) => {
  const body = await c.req.json()
  const ok = await verifySignature(JSON.stringify(body), c.req.header('x-signature'))\n})`,
    ],
    [
      'Next.js, app: request.json() first',
      'src/app/api/webhooks/route.ts',
      2,
      `export async function POST(request: Request) {
  const payload = await request.json()
  const event = new Webhook(secret).verify(payload, headers)\n}`,
    ],
    [
      'Next.js, pages: req.body, which Next.js has parsed',
      'pages/api/webhooks/stripe.ts',
      2,
      `export default async function handler(req, res) {\n  const event = ${check}\n}`,
    ],
    [
      'Next.js, pages: the stream, which Next.js has already read',
      'pages/api/webhook.ts',
      3,
      `import { buffer } from 'micro'\nexport default async function handler(req, res) {
  const event = stripe.webhooks.constructEvent(await buffer(req), sig, secret)\n}`,
    ],
    [
      'Firebase: req.body instead of req.rawBody',
      'functions/index.js',
      2,
      `exports.stripeWebhook = functions.https.onRequest(async (req, res) => {
  const event = ${check}\n})`,
    ],
  ])('%s', (_, path, line, text) => {
    // Where the body is written anew, the line of that call is told.
    const [found = '', ...others] = trapsOf(path, text)
    expect(others).toEqual([])
    expect(found).toMatch(/^webhook-parsed-before-verified:/)
    expect(Math.abs(Number(found.split(':')[1]) - line)).toBeLessThanOrEqual(1)
  })
})

describe('a webhook that is never verified', () => {
  test.each([
    [
      'Express',
      'server.js',
      `app.post('/webhook', (req, res) => { const event = req.body; ${onPaid} })`,
    ],
    [
      'Express, with its handler in the same file',
      'server.js',
      `function onHook(req) { const event = req.body; ${onPaid} }\napp.post('/webhooks', onHook)`,
    ],
    [
      'Fastify, as an object',
      'server.js',
      `fastify.route({ method: 'POST', url: '/webhook', handler: async (request) => {
  const event = request.body; ${onPaid} } })`,
    ],
    [
      'Hono',
      'a.ts',
      `app.post('/webhook', async (c) => { const event = await c.req.json(); ${onPaid} })`,
    ],
    [
      'Next.js, app',
      'app/webhooks/clerk/route.ts',
      `export const POST = async (req: Request) => { const event = await req.json(); ${onPaid} }`,
    ],
    [
      'Next.js, pages',
      'pages/api/clerk-webhook.js',
      `export default (req, res) => { const event = req.body; ${onPaid} }`,
    ],
    [
      'Firebase, second generation',
      'functions/src/index.ts',
      `export const paidWebhook = onRequest((req, res) => { const event = req.body; ${onPaid} })`,
    ],
    [
      'Supabase',
      'supabase/functions/stripe-webhook/index.ts',
      `Deno.serve(async (req) => { const event = await req.json(); ${onPaid} })`,
    ],
  ])('%s', (_, path, text) => {
    expect(trapsOf(path, text)).toEqual([expect.stringMatching(/^webhook-not-verified:/)])
  })

  test('in a handler of another file of the project', () => {
    const text = "import { onHook } from './hook.js'\napp.post('/webhook', onHook)"
    const handler = `export function onHook(req, res) { const event = req.body; ${onPaid} }`
    expect(trapsOf('src/server.ts', text, { 'src/hook.ts': handler })).toHaveLength(1)
    const checked = `export function onHook(req) { verifySignature(req.rawBody); ${onPaid} }`
    expect(trapsOf('src/server.ts', text, { 'src/hook.ts': checked })).toEqual([])
  })
})

describe('nothing is said of', () => {
  test.each([
    [
      'Express with express.raw() before express.json()',
      'a.js',
      `app.post('/webhook', express.raw({ type: '*/*' }), (req, res) => { const event = ${check} })
app.use(express.json())`,
    ],
    [
      'a JSON parser that keeps the raw body',
      'a.js',
      `app.use(express.json({ verify: (req, _, buf) => { req.rawBody = buf } }))
app.post('/webhook', (req, res) => { stripe.webhooks.constructEvent(req.rawBody, sig, secret) })`,
    ],
    [
      'a JSON parser for the other routes',
      'a.js',
      `app.use((req, res, next) => req.path === '/webhook' ? next() : express.json()(req, res))
app.post('/webhook', express.raw({ type: '*/*' }), (req, res) => { const event = ${check} })`,
    ],
    [
      'Twilio, which signs the parsed form',
      'a.js',
      `app.use(urlencoded())\napp.post('/webhook', (req, res) => {
  if (validateRequest(token, req.get('x-twilio-signature'), url, req.body)) run(req.body.type) })`,
    ],
    [
      'Next.js with the text of the request',
      'app/webhook/route.ts',
      'export async function POST(r: Request) { verify(await r.text()); const { event } = r }',
    ],
    [
      'Next.js pages with the body parser turned off',
      'pages/api/webhook.ts',
      `export const config = { api: { bodyParser: false } }
export default async (req, res) => { stripe.webhooks.constructEvent(await buffer(req), sig, s) }`,
    ],
    ['Hono with the text', 'a.ts', "app.post('/webhook', async (c) => verify(await c.req.text()))"],
    [
      'a Fastify with a parser of its own',
      'a.ts',
      `fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, keep)
fastify.post('/webhook', (request) => { stripe.webhooks.constructEvent(request.body, sig, s) })`,
    ],
    [
      'Firebase with the raw body',
      'i.js',
      'exports.hook = onRequest((q) => { verify(q.rawBody) })',
    ],
    [
      'a secret that is sent as it is',
      'a.js',
      `app.post('/webhook', (req, res) => {
  if (req.headers.authorization === process.env.SECRET) run(req.body.event.type) })`,
    ],
    [
      'a handler that can not be read',
      'a.js',
      `const h = require('@acme/h')\napp.post('/webhook', h)`,
    ],
    [
      'a handler behind an alias of the bundler',
      'a.ts',
      "import { h } from '@/lib/h'\napp.post('/webhook', (req) => h(req.body.event.type))",
    ],
    [
      'routes for the webhooks of an app',
      'a.js',
      "app.post('/api/webhooks', (req) => save(req.body.url))",
    ],
    [
      'a call of an API',
      'a.js',
      "await client.post('https://api.example.com/webhooks', { event })",
    ],
    [
      'a route in a comment',
      'a.js',
      `// app.post('/webhook', (req) => { const event = req.body; ${onPaid} })`,
    ],
    [
      'a route in a test',
      'a.test.js',
      `app.post('/webhook', (req) => { const event = req.body; ${onPaid} })`,
    ],
  ])('%s', (_, path, text) => {
    expect(trapsOf(path, text)).toEqual([])
  })

  test('files that are no code', () => {
    const file = { path: 'a.md', kind: 'source' as const, isTracked: true, isIgnored: false }
    const text = `app.post('/webhook', (req) => { const event = req.body; ${onPaid} })`
    expect(findRouteTraps(file, text, nothingElse)).toEqual([])
  })
})

test('a hostile file takes no long time', () => {
  const texts = [
    "app.post('/webhook', (".repeat(2_000),
    `exports.webhook = ${'a.'.repeat(50_000)}`,
    `\`\${`.repeat(20_000),
    `app.post('/webhook', (req) => { ${'f('.repeat(20_000)}`,
  ]
  const from = performance.now()
  for (const text of texts) trapsOf('a.js', text)
  expect(performance.now() - from).toBeLessThan(10_000)
})
