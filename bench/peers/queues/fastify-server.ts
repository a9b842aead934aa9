/**
 * What all peers with a queue share: Fastify, the body as it came, `constructEvent` of the official
 * SDK, and 200 once the job is stored.
 */
import fastify from 'fastify'
import Stripe from 'stripe'
import { path, secret } from '../../load/prepared-requests.ts'
import type { Peer } from '../../programs/peer-program.ts'

export interface FastifyOptions {
  /** Resolves once the event is durable. */
  readonly store: (event: Stripe.Event) => Promise<unknown>
  readonly stop: () => Promise<unknown>
}

export async function startFastify({ store, stop }: FastifyOptions): Promise<Peer> {
  const stripe = new Stripe('sk_test_bench')
  const app = fastify()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.post(path, async (request, reply) => {
    let event: Stripe.Event
    try {
      const signature = request.headers['stripe-signature'] ?? ''
      event = stripe.webhooks.constructEvent(request.body as Buffer, signature, secret)
    } catch {
      return reply.code(400).send('The signature does not match.')
    }
    await store(event)
    return { received: true }
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: Number(new URL(url).port),
    stop: async () => {
      app.server.closeAllConnections()
      await app.close()
      await stop()
    },
  }
}
