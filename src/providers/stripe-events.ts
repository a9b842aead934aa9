/** The payload types of Stripe, from its own package where that is installed. */
// biome-ignore lint/suspicious/noTsIgnore: an error only where the optional peer is absent.
/** @ts-ignore The package is an optional peer; without it payloads are not checked. */
import type Stripe from 'stripe'

type ByType<Event extends { type: string }> = { [One in Event as One['type']]: One } & {
  readonly '*': Event
}

/** An interface, so that declarations name it instead of writing its hundreds of types out. */
export interface StripeEvents extends ByType<Stripe.Event> {}
