/**
 * `/learn`: the exercises for newcomers, and what of them was done. They are there in `dev` alone:
 * elsewhere nobody is handed a signature for an event that never happened.
 */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import type * as wire from '../../client/wire.ts'
import { signatureGoodMs } from '../../inbox/curl.ts'
import { audit } from '../audit.ts'
import { dashboardFiles } from '../dashboard-files.ts'
import type { Served } from '../served.ts'
import { text, timestamp } from './fields.ts'
import { exercisesOf, keptKey, learnKey } from './learn-deeds.ts'
import { practiceCurl, practiceSource } from './learn-request.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Learn']

const stepView = z.object({
  name: z.enum([
    'call_made',
    'answer_read',
    'unsigned_refused',
    'signed_stored',
    'key_kept',
    'key_used',
    'page_searched',
  ]),
  doneAt: timestamp.nullable(),
  proof: z.string().nullable().openapi({ description: 'The call, refusal, event or key.' }),
})

const learnView = z
  .object({
    isOpen: z.boolean(),
    hasSandbox: z.boolean(),
    exercises: z.array(
      z.object({
        name: z.enum(['call', 'receive', 'key']),
        isDone: z.boolean(),
        steps: z.array(stepView),
      }),
    ),
    unsignedCurl: z.string().nullable(),
  })
  .openapi('Learn')

const signedView = z
  .object({ curl: z.string(), expiresAt: timestamp })
  .openapi('SignedCurl') satisfies z.ZodType<wire.SignedCurlView>

const searchView = z
  .object({ files: z.int(), bytes: z.int() })
  .openapi('KeySearch') satisfies z.ZodType<wire.KeySearchView>

const closed = { 404: problemAnswer('This server is not one of `dev`.'), ...refusals }

const read = createRoute({
  method: 'get',
  path: '/learn',
  tags,
  summary: 'What of the exercises was done on this server',
  request: { query: strict({}) },
  responses: { 200: json(learnView, 'The exercises, each with its steps.'), ...refusals },
})

const sign = createRoute({
  method: 'get',
  path: '/learn/curl',
  tags,
  summary: 'A signed command that sends a webhook; it holds no secret',
  request: { query: strict({}) },
  responses: { 200: json(signedView, 'The command.'), ...closed },
})

const search = createRoute({
  method: 'post',
  path: '/learn/keys/{name}/search',
  tags,
  summary: 'Look for the value of a key in all that browsers are given',
  request: {
    params: z.object({ name: z.literal(learnKey) }),
    query: strict({}),
    body: jsonBody(strict({ value: text.openapi({ writeOnly: true, format: 'password' }) })),
  },
  responses: { 200: json(searchView, 'It is in none of them.'), ...closed },
})

export function addLearn(router: ApiRouter, served: Served): void {
  router.openapi(read, async (context) => {
    return context.json(await learnOf(served, context.req.url), 200)
  })
  router.openapi(sign, async (context) => {
    const source = served.server.isDev ? practiceSource(served) : undefined
    if (!source) throw closedHere()
    const now = served.clock.now()
    const asked = { url: context.req.url, now, isSigned: true }
    const { command } = practiceCurl(source, asked)
    await audit(served.storage, context.env.actor, { action: 'event.sign', subject: source.name })
    const expiresAt = toTimestamp(now + signatureGoodMs)
    return context.json({ curl: command, expiresAt }, 200)
  })
  router.openapi(search, async (context) => {
    if (!served.server.isDev) throw closedHere()
    const { value } = context.req.valid('json')
    const key = await keptKey(served)
    if (!key || served.vault.fingerprint(value) !== key.fingerprint) throw notTheKey()
    return context.json(searchFiles(value), 200)
  })
}

async function learnOf(served: Served, url: string): Promise<z.infer<typeof learnView>> {
  const { isDev, sandboxUrl } = served.server
  if (!isDev) return { isOpen: false, hasSandbox: false, exercises: [], unsignedCurl: null }
  const source = practiceSource(served)
  const asked = { url, now: served.clock.now(), isSigned: false }
  return {
    isOpen: true,
    hasSandbox: sandboxUrl !== undefined,
    exercises: (await exercisesOf(served)).map((exercise) => ({
      ...exercise,
      steps: [...exercise.steps],
    })),
    unsignedCurl: source ? practiceCurl(source, asked).command : null,
  }
}

/** @throws HooklineError `key_refused` where a file has it. */
function searchFiles(value: string): z.infer<typeof searchView> {
  const files = [...dashboardFiles().values()].map(({ bytes }) => Buffer.from(bytes))
  if (files.some((bytes) => bytes.includes(value))) {
    throw new HooklineError(
      'key_refused',
      'This key is in a file that browsers are given. It is likely a word that is part of every ' +
        'page. Choose a longer one.',
    )
  }
  return { files: files.length, bytes: files.reduce((sum, { byteLength }) => sum + byteLength, 0) }
}

function closedHere(): HooklineError {
  return new HooklineError(
    'source_unknown',
    'There is nothing to practise with. The exercises need a server that runs as `hookline dev`, ' +
      'with a source of Stripe or GitHub. Start one on your own machine.',
  )
}

function notTheKey(): HooklineError {
  return new HooklineError(
    'key_refused',
    `This is not the value that the vault has under ${learnKey}. It likely lacks a character, or ` +
      'the key was set anew. Paste the whole value.',
  )
}
