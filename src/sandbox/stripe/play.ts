/**
 * What the dashboard asks of the sandbox, under `/_sandbox/`: which events and scenarios there are
 * and who would receive them, to play one, and to buy something. None of it is Stripe's.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { requireOwnRequest } from '../own-request.ts'
import { problemResponse } from '../problem.ts'
import { offeredCards } from './checkout/checkout-page.ts'
import { amountMax } from './money.ts'
import { type AskApi, purchase } from './pay.ts'
import { sampleTypes } from './samples.ts'
import { playScenario, scenarioCountMax, scenarioNames, scenarios } from './scenarios.ts'
import type { StripeState } from './state.ts'
import { eventType, readToolBody } from './tool-requests.ts'
import { lastPathPart, toolsPath } from './tools.ts'

const shortText = z.string().min(1).max(100)

const playBody = z.object({
  source: shortText,
  type: eventType,
  scenario: z.enum(scenarioNames),
  count: z.int().min(1).max(scenarioCountMax).default(1),
})

const payBody = z.object({
  card: z.enum(offeredCards.map(({ name }) => name)),
  product: shortText,
  amount: z.int().min(1).max(amountMax),
  userId: shortText,
  orderId: shortText,
})

export function createPlay(state: StripeState, askApi: AskApi): Hono {
  const play = new Hono().basePath(toolsPath)
  play.use(async (context, next) => {
    requireOwnRequest(context.req.raw, state.publicUrl)
    await next()
  })
  play.get('/catalogue', (context) => context.json({ data: [catalogueOf(state)] }))
  play.post('/play', async (context) => {
    const wish = await readToolBody(context.req.raw, playBody)
    return context.json({ data: await playScenario(state, wish) })
  })
  play.post('/pay', async (context) => {
    const wish = await readToolBody(context.req.raw, payBody)
    return context.json(await purchase(state, askApi, wish))
  })
  play.onError((error) => problemResponse(error, state.log))
  return play
}

function catalogueOf(state: StripeState) {
  return {
    provider: 'stripe',
    title: 'Stripe',
    types: sampleTypes,
    scenarios: scenarios(),
    cards: offeredCards,
    endpoints: [...state.endpoints.values()].map(({ endpoint }) => ({
      source: lastPathPart(endpoint.url),
      url: endpoint.url,
    })),
  }
}
