/** The admin API's routes of `dev`: the sandbox, and the exercises that check themselves. */
import type * as wire from './wire.ts'

type Send = <T>(
  method: 'GET' | 'POST',
  path: string,
  options?: { readonly query?: object; readonly body?: unknown },
) => Promise<T>

export function practising(send: Send) {
  return {
    sandbox: {
      get: () => send<wire.SandboxView>('GET', 'sandbox'),
      /** Has it send events; answers when each was posted for the first time. */
      play: (body: wire.NewPlay) =>
        send<wire.List<wire.SendingView>>('POST', 'sandbox/play', { body }),
      pay: (body: wire.NewPurchase) => send<wire.PurchaseView>('POST', 'sandbox/pay', { body }),
    },
    learn: {
      get: () => send<wire.LearnView>('GET', 'learn'),
      /** A command with a signature that is good for some minutes. */
      curl: () => send<wire.SignedCurlView>('GET', 'learn/curl'),
      /** Looks for a key's value in all that this server hands to browsers. */
      search: (name: string, value: string) =>
        send<wire.KeySearchView>('POST', `learn/keys/${encodeURIComponent(name)}/search`, {
          body: { value },
        }),
    },
  }
}
