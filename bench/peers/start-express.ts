/** Express 5 with one route and the official SDK of one provider loaded, as a receiver has them. */
import express from 'express'
import Stripe from 'stripe'

const stripe = new Stripe('sk_test_bench')
const app = express()
app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }))
app.post('/webhooks/stripe', express.raw({ type: 'application/json' }), (request, response) => {
  const signature = request.headers['stripe-signature'] ?? ''
  stripe.webhooks.constructEvent(request.body, signature, process.env.STRIPE_WEBHOOK_SECRET ?? '')
  response.json({ received: true })
})
app.listen(Number(process.env.PORT), '127.0.0.1')
