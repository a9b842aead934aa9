// @ts-check
/** What came of the experiments, in plain sentences. Pure. */
import { duration } from './times.js'

/** @typedef {import('./steps.js').Shown} Shown */

/** @typedef {{ eventId: string, status: number, duplicate: boolean }} Sent */

/**
 * @param {Sent} sent
 * @param {Shown} shown
 */
export function forgedSentence({ status }, { isUnlocked }) {
  if (status !== 400) return `The server answered ${status}, and 400 was expected.`
  const after = isUnlocked
    ? 'and nothing changed'
    : 'nothing changed, and the account is still locked'
  return `The server answered 400: the signature is wrong. Nothing was stored, ${after}.`
}

/**
 * @param {Sent} sent
 * @param {Shown} shown
 */
export function againSentence({ status, duplicate }, { order }) {
  if (!duplicate) return `The server answered ${status}, and did not know the event as a duplicate.`
  const fulfilled = fulfilledSentence(order)
  return `The server answered ${status}: a duplicate. Nothing ran again. ${fulfilled}`
}

/** @param {Shown['order']} order */
export function fulfilledSentence(order) {
  const count = order?.fulfilledCount ?? 0
  return `The order was fulfilled ${count === 1 ? '1 time' : `${count} times`}.`
}

/** @param {Shown} shown */
export function failSentence({ order }) {
  if (!order?.failOnce) return ''
  const { receivedAt, failedAt, fulfilledAt, attempt, fulfilledCount } = order
  if (receivedAt === undefined) return 'The order waits to be paid.'
  if (failedAt === undefined) return 'The event is here, and the handler is about to fail.'
  if (fulfilledAt === undefined) {
    return 'Attempt 1 failed, so none of its writes was made: the account is still locked.'
  }
  const times = fulfilledCount === 1 ? 'exactly once' : `${fulfilledCount} times`
  const next = `Attempt ${attempt}, ${duration(fulfilledAt - failedAt)} later,`
  return `Attempt 1 failed and wrote nothing. ${next} unlocked the account ${times}.`
}
