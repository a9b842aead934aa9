/** What it takes to make an object as Stripe would: the time and chance, both from outside. */
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../random.ts'

export interface Maker {
  readonly clock: Clock
  readonly random: Random
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Letters and digits as in Stripe's ids. */
export function randomText(maker: Maker, characters: number): string {
  let text = ''
  for (let i = 0; i < characters; i++) text += alphabet[Math.floor(maker.random() * 62)]
  return text
}

/** `pi_3…`, `cus_…`: the prefix, then letters and digits. */
export function newStripeId(maker: Maker, prefix: string, characters = 24): string {
  return `${prefix}${randomText(maker, characters)}`
}

/** Stripe writes times as seconds since 1970. */
export function unixSeconds(maker: Maker): number {
  return Math.floor(maker.clock.now() / 1_000)
}
