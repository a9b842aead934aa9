/**
 * The app of both Hookline peers, by the public API: one source and one handler that writes one
 * document. It is set up by the environment, as in production.
 */
import { join } from 'node:path'
import { type Hookline, hookline, stripe } from 'hookline'
import { secret } from '../prepared-requests.ts'

export function newApp(directory: string): Hookline {
  process.env.HOOKLINE_DATABASE = join(directory, 'hookline.db')
  process.env.HOOKLINE_PORT = '0'
  process.env.HOOKLINE_MODE = 'test'
  const app = hookline({ sources: { stripe: stripe({ secrets: secret }) } })
  app.on('stripe', 'payment_intent.succeeded', (event, tx) => {
    const { userId } = event.data.object.metadata
    tx.doc(`users/${userId}`).update({ unlocked: true })
  })
  return app as unknown as Hookline // the sources' names are not needed here
}

export async function listeningPort(app: Hookline): Promise<number> {
  return Number(new URL((await app.listen()).url).port)
}
