/**
 * `/v1/balance`: the call with which a key is tried. It holds nothing: money here never arrives.
 */
import type { StripeRoute } from '../call.ts'

const empty = [{ amount: 0, currency: 'usd', source_types: { card: 0 } }]

export const balanceRoutes: readonly StripeRoute[] = [
  {
    method: 'GET',
    path: '/v1/balance',
    answer: () => ({ object: 'balance', available: empty, livemode: false, pending: empty }),
  },
]
