/**
 * `/sandbox`: what the sandbox of `dev` can send, and has it do so. The dashboard may ask no other
 * origin than this one, so the server passes its wishes on. Where no sandbox runs there is nothing
 * behind these routes.
 */
import { createRoute, z } from '@hono/zod-openapi'
import { HooklineError } from '../../base/errors.ts'
import type * as wire from '../../client/wire.ts'
import { type AskSandbox, newSandboxLink } from '../../proxy/sandbox-link.ts'
import type { Served } from '../served.ts'
import { given, text } from './fields.ts'
import { listOf } from './page.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'
import { catalogue, sandboxProviderView, sendings, toSendings } from './sandbox-view.ts'

const tags = ['Sandbox']
const countMax = 1_000
const amountMax = 99_999_999

const sandboxView = z
  .object({ isRunning: z.boolean(), providers: z.array(sandboxProviderView) })
  .openapi('Sandbox') satisfies z.ZodType<wire.SandboxView>

const sendingView = z
  .object({
    type: z.string(),
    providerEventId: z.string(),
    eventId: z.string().nullable(),
    outcome: z.enum(['stored', 'known', 'refused', 'failed']),
    status: z.int().nullable(),
  })
  .openapi('Sending') satisfies z.ZodType<wire.SendingView>

const purchaseView = z
  .object({
    status: z.enum(['paid', 'declined']),
    message: z.string().nullable(),
    data: z.array(sendingView),
  })
  .openapi('Purchase') satisfies z.ZodType<wire.PurchaseView>

const failures = {
  404: problemAnswer('No sandbox runs, or it has nothing to send again.'),
  502: problemAnswer('The sandbox does not answer.'),
  ...refusals,
}

const read = createRoute({
  method: 'get',
  path: '/sandbox',
  tags,
  summary: 'What the sandbox can send, and which sources would receive it',
  request: { query: strict({}) },
  responses: { 200: json(sandboxView, 'Empty where no sandbox runs.'), ...failures },
})

const play = createRoute({
  method: 'post',
  path: '/sandbox/play',
  tags,
  summary: 'Have the sandbox send events',
  request: {
    query: strict({}),
    body: jsonBody(
      strict({
        source: text,
        type: text,
        scenario: text,
        count: z.int().min(1).max(countMax).optional(),
      }),
    ),
  },
  responses: { 200: json(listOf(sendingView), 'What came of each posting.'), ...failures },
})

const pay = createRoute({
  method: 'post',
  path: '/sandbox/pay',
  tags,
  summary: 'Buy something at the sandbox, with a test card',
  request: {
    query: strict({}),
    body: jsonBody(
      strict({
        card: text,
        product: text,
        amount: z.int().min(1).max(amountMax),
        userId: text,
        orderId: text,
      }),
    ),
  },
  responses: { 200: json(purchaseView, 'How it ended, and the events of it.'), ...failures },
})

export function addSandbox(router: ApiRouter, { server, inbox }: Served): void {
  const ask = server.isDev && server.sandboxUrl ? newSandboxLink(server.sandboxUrl) : undefined
  router.openapi(read, async (context) => {
    if (!ask) return context.json({ isRunning: false, providers: [] }, 200)
    const providers = catalogue(await ask('catalogue'), inbox.sources)
    return context.json({ isRunning: true, providers }, 200)
  })
  router.openapi(play, async (context) => {
    const answer = await running(ask)('play', given(context.req.valid('json')))
    return context.json({ data: sendings(answer), next: null }, 200)
  })
  router.openapi(pay, async (context) => {
    const answer = await running(ask)('pay', context.req.valid('json'))
    return context.json(toPurchase(answer), 200)
  })
}

function running(ask: AskSandbox | undefined): AskSandbox {
  if (ask) return ask
  throw new HooklineError(
    'not_found',
    'No sandbox runs beside this server. It was started with `serve`, or with `--no-sandbox`. ' +
      'Start `hookline dev` on your own machine.',
  )
}

function toPurchase(answer: unknown): z.infer<typeof purchaseView> {
  const { status, message, events } = Object(answer) as Record<string, unknown>
  return {
    status: status === 'paid' ? 'paid' : 'declined',
    message: typeof message === 'string' ? message : null,
    data: toSendings(events),
  }
}
