/** The package declares no types of its own; these are the two functions that the tests ask. */
declare module 'coinbase-commerce-node' {
  export const Webhook: {
    computeSignature(payload: string, secret: string): string
    verifySigHeader(payload: string, signature: string, secret: string): boolean
  }
}
