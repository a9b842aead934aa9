// @ts-check
/** What came of the experiments and how times read, in plain sentences. Pure. */

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
  const count = order?.fulfilledCount ?? 0
  const times = count === 1 ? 'once' : `${count} times`
  return `The server answered ${status}: a duplicate. Nothing ran twice, the order is fulfilled ${times}.`
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
  const later = duration(fulfilledAt - failedAt)
  return `Attempt 1 failed and wrote nothing. Attempt ${attempt}, ${later} later, unlocked the account ${times}.`
}

/** @param {number} ms */
export function duration(ms) {
  return `${Math.max(0, Math.round(ms)).toLocaleString('en')} ms`
}

/** @param {number} at milliseconds since 1970 */
export function clockTime(at) {
  const date = new Date(at)
  const pad = (/** @type {number} */ value, length = 2) => String(value).padStart(length, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part))
  return `${time.join(':')}.${pad(date.getMilliseconds(), 3)}`
}
