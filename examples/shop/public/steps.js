// @ts-check
/** From the documents to the four steps. Pure: what is shown follows from what the server wrote. */
import { duration } from './times.js'

/**
 * The document `orders/<user>/<order>`. Times are milliseconds since 1970, by the
 * server's clock.
 *
 * @typedef {object} Order
 * @property {number} [startedAt] The click reached the shop.
 * @property {number} [checkoutAt] Stripe's page was ready.
 * @property {boolean} [failOnce]
 * @property {string} [eventId] Stripe's id of the event.
 * @property {number} [receivedAt]
 * @property {number} [failedAt] The handler threw.
 * @property {number} [fulfilledAt]
 * @property {number} [attempt] The one that succeeded.
 * @property {number} [fulfilledCount]
 */

/**
 * @typedef {object} Shown
 * @property {Order | undefined} [order] The newest one.
 * @property {boolean} isUnlocked What the document `users/<user>` says.
 * @property {number} [unlockedAt] When this page was told.
 * @property {boolean} wasPushed Told by a change, not by the state that the stream begins with.
 */

/**
 * @typedef {object} Step
 * @property {'waiting' | 'active' | 'failed' | 'done'} state
 * @property {string} title
 * @property {string} text
 * @property {number} [at]
 */

/**
 * @param {Shown} shown
 * @returns {Step[]}
 */
export function stepsOf(shown) {
  const { order = {} } = shown
  return [toStripe(order), toServer(order), toDatabase(order), toPage(shown)]
}

/**
 * @param {Order} order
 * @returns {Step}
 */
function toStripe({ checkoutAt, receivedAt }) {
  const title = 'Your browser → Stripe'
  if (receivedAt !== undefined && checkoutAt === undefined) {
    return { state: 'done', title, text: 'Paid elsewhere, not from this page.' }
  }
  if (checkoutAt === undefined) {
    return { state: 'waiting', title, text: 'You pay on Stripe’s page. The shop sees no card.' }
  }
  // That it was paid is known from the event alone. The way back to this page proves nothing.
  const text = receivedAt
    ? 'Stripe’s page was ready, and you paid there.'
    : 'Stripe’s page is ready. Nothing has been paid yet.'
  return { state: receivedAt ? 'done' : 'active', title, text, at: checkoutAt }
}

/**
 * @param {Order} order
 * @returns {Step}
 */
function toServer({ receivedAt, eventId }) {
  const title = 'Stripe → your server'
  if (receivedAt === undefined) {
    return { state: 'waiting', title, text: 'Stripe sends an event, signed with your secret.' }
  }
  return {
    state: 'done',
    title,
    text: `Signature checked. Event ${eventId}`,
    at: receivedAt,
  }
}

/**
 * @param {Order} order
 * @returns {Step}
 */
function toDatabase({ startedAt, receivedAt, failedAt, fulfilledAt, attempt }) {
  const title = 'Your server → database'
  if (fulfilledAt !== undefined && failedAt !== undefined) {
    const when = duration(failedAt - (startedAt ?? failedAt))
    const failed = `Attempt 1 failed at +${when} and wrote nothing.`
    const text = `${failed} Attempt ${attempt} fulfilled the order.`
    return { state: 'done', title, text, at: fulfilledAt }
  }
  if (fulfilledAt !== undefined) {
    return { state: 'done', title, text: `Order fulfilled by attempt ${attempt}.`, at: fulfilledAt }
  }
  if (failedAt !== undefined) {
    const text = 'Attempt 1 failed and wrote nothing. Attempt 2 follows.'
    return { state: 'failed', title, text, at: failedAt }
  }
  if (receivedAt !== undefined) return { state: 'active', title, text: 'Your handler runs.' }
  return { state: 'waiting', title, text: 'Your handler fulfils the order, once.' }
}

/**
 * @param {Shown} shown
 * @returns {Step}
 */
function toPage({ isUnlocked, unlockedAt, wasPushed }) {
  if (!isUnlocked) {
    const text = 'The change is pushed here. The page never asks.'
    return { state: 'waiting', title: 'Database → this page', text }
  }
  const text = wasPushed
    ? 'Pushed to this page over its live stream.'
    : 'The live stream said so when this page opened.'
  const at = unlockedAt === undefined ? {} : { at: unlockedAt }
  return { state: 'done', title: 'Account unlocked', text, ...at }
}

/**
 * The order that a person means: the last one paid, or where none is, the last one begun.
 *
 * @param {readonly { path: string, data: Order }[]} orders
 */
export function newestOrder(orders) {
  const inOrder = orders.toSorted((one, other) => beginOf(one.data) - beginOf(other.data))
  return inOrder.findLast(({ data }) => data.receivedAt !== undefined) ?? inOrder.at(-1)
}

/** @param {Order} order */
function beginOf({ startedAt, receivedAt }) {
  return startedAt ?? receivedAt ?? 0
}
