/**
 * The way that tutorials show: Express 5, `express.raw`, the official SDK's `constructEvent`, one
 * insert per request, then 200. Durable: WAL with `synchronous = FULL`, one transaction per insert,
 * and a unique index on the event's id, so that a repeat is stored once. Nothing is handled.
 */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import express from 'express'
import Stripe from 'stripe'
import { path, secret } from '../load/prepared-requests.ts'
import { runPeer } from '../programs/peer-program.ts'
import { listening } from './listening.ts'

await runPeer(async ({ directory }) => {
  const db = new DatabaseSync(join(directory, 'tutorial.db'))
  db.exec('pragma journal_mode = wal')
  db.exec('pragma synchronous = full')
  db.exec('create table events (id text not null unique, type text not null, body text not null)')
  const insert = db.prepare('insert into events values (?, ?, ?) on conflict (id) do nothing')
  const stripe = new Stripe('sk_test_bench')

  const app = express()
  app.post(path, express.raw({ type: 'application/json' }), (request, response) => {
    let event: Stripe.Event
    try {
      const signature = request.headers['stripe-signature'] ?? ''
      event = stripe.webhooks.constructEvent(request.body, signature, secret)
    } catch {
      response.status(400).send('The signature does not match.')
      return
    }
    insert.run(event.id, event.type, request.body.toString())
    response.json({ received: true })
  })
  return await listening(createServer(app))
})
