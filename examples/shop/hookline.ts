/**
 * A shop with one button. A payment unlocks the buyer's account, exactly once, however often its
 * event comes and whatever fails on the way. Run it with `hookline dev`, then open /shop.
 */
import { hookline, stripe } from 'hookline'
import { createShop } from './shop.ts'

const app = hookline({
  sources: { stripe: stripe() },
  fallback: (request): Promise<Response> => shop(request),
})

app.on('stripe', 'payment_intent.succeeded', async (event, tx) => {
  const { userId, orderId = tx.event.id, failOnce } = event.data.object.metadata
  if (!userId) return // Another payment of the same Stripe account.
  const order = tx.doc(`orders/${userId}/${orderId}`)
  const before = await order.get()
  const fulfilledCount = Number(before?.fulfilledCount ?? 0) + 1

  tx.doc(`users/${userId}`).update({ unlocked: true })
  order.update({ fulfilledAt: Date.now(), attempt: tx.attempt, fulfilledCount })

  if (failOnce === 'true' && tx.attempt === 1) {
    // Not part of tx, so it stays. Both writes above are dropped with this attempt.
    await app.doc(`orders/${userId}/${orderId}`).update({ failedAt: Date.now() })
    throw new Error('The order asked for its first attempt to fail.')
  }
})

// A delivery of its own: it notes when the event came, also while the other one is tried again.
app.on(
  'stripe',
  'payment_intent.succeeded',
  (event, tx) => {
    const { userId, orderId = tx.event.id } = event.data.object.metadata
    if (!userId) return
    const { receivedAt } = tx.event
    tx.doc(`orders/${userId}/${orderId}`).update({ eventId: event.id, receivedAt })
  },
  { name: 'arrived' },
)

const shop = createShop(app)

export default app
