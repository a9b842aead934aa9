/**
 * What a person can have the sandbox do with an event, each under a name: sent once, many times,
 * repeated, out of order, forged. A page shows them as buttons; it invents none of its own.
 */

import type { StripeState } from './state.ts'
import { forge, resend, type SentEvent, trigger } from './tools.ts'

/** Different events that one scenario may send. */
export const scenarioCountMax = 1_000

export interface Scenario {
  readonly name: string
  readonly title: string
  readonly about: string
  /** Whether it takes a number of events. */
  readonly isCounted: boolean
}

export interface Wish {
  readonly source: string
  readonly type: string
  readonly count: number
}

interface Playable extends Scenario {
  readonly play: (state: StripeState, wish: Wish) => Promise<readonly SentEvent[]>
}

const playables: readonly Playable[] = [
  {
    name: 'once',
    title: 'Send it',
    about: 'One event, signed as Stripe signs it.',
    isCounted: false,
    play: (state, { source, type }) => trigger(state, { source, type }),
  },
  {
    name: 'repeated',
    title: 'Send it three times',
    about: 'One event, posted three times, as after an answer that was lost. It is stored once.',
    isCounted: false,
    play: (state, { source, type }) => trigger(state, { source, type, duplicate: 2 }),
  },
  {
    name: 'forged',
    title: 'Forge it',
    about: 'Signed by somebody who does not have the secret. It is refused.',
    isCounted: false,
    play: async (state, { source, type }) => [await forge(state, { source, type })],
  },
  {
    name: 'again',
    title: 'Send the last one again',
    about:
      'The bytes of the latest event of this type, signed at this moment. It is known already.',
    isCounted: false,
    play: async (state, { source, type }) => [await resend(state, { source, type })],
  },
  {
    name: 'many',
    title: 'Send many',
    about: 'So many different events, all at once.',
    isCounted: true,
    play: (state, { source, type, count }) => trigger(state, { source, type, times: count }),
  },
  {
    name: 'shuffled',
    title: 'Shuffle many',
    about: 'So many different events, each twice, in random order.',
    isCounted: true,
    play: (state, { source, type, count }) =>
      trigger(state, { source, type, times: count, duplicate: 1, shuffle: true }),
  },
]

export const scenarioNames: readonly string[] = playables.map(({ name }) => name)

export function scenarios(): Scenario[] {
  return playables.map(({ name, title, about, isCounted }) => ({ name, title, about, isCounted }))
}

/** The first attempt of each event; empty where no endpoint takes the type. */
export async function playScenario(
  state: StripeState,
  { scenario, ...wish }: Wish & { readonly scenario: string },
): Promise<readonly SentEvent[]> {
  const playable = playables.find(({ name }) => name === scenario)
  return (await playable?.play(state, wish)) ?? []
}
