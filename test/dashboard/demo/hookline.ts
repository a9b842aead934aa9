/** The app behind the pictures of the dashboard: some handlers that work, and one that does not. */
import { github, hookline, openai, stripe } from 'hookline'

const app = hookline({
  sources: { stripe: stripe(), github: github() },
  apis: { openai: openai({ allow: ['POST /v1/chat/completions'] }) },
})

app.on(
  'stripe',
  'payment_intent.succeeded',
  (event, tx) => {
    const { userId = 'u_1' } = event.data.object.metadata
    const { id, amount, currency } = event.data.object
    tx.doc(`users/${userId}`).update({ unlocked: true, lastPayment: id })
    tx.doc(`orders/${id}`).set({ userId, amount, currency, paid: true })
  },
  { name: 'unlock-account' },
)

app.on('stripe', '*', (event, tx) => tx.doc(`ledger/${event.type}`).update({ last: event.id }), {
  name: 'ledger',
})

app.on(
  'stripe',
  'invoice.payment_failed',
  (event) => {
    const customer = event.data.object.customer as unknown as { contact: { email: string } }
    return customer.contact.email
  },
  { name: 'send-reminder', retry: { attempts: 1 } },
)

export default app
