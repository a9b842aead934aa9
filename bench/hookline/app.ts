/**
 * The app of the Hookline servers, by the public API: one source, and handlers that write one
 * document each. It is set up by the environment, as in production.
 */
import { join } from 'node:path'
import { type Hookline, type HooklineOptions, hookline, stripe } from 'hookline'
import { hooklineFileName } from '../ingest/store.ts'
import { secret } from '../load/prepared-requests.ts'
import type { Place } from '../programs/peer-program.ts'

const source = stripe({ secrets: secret })
export type App = Hookline<{ stripe: typeof source }>
export type AppOptions = Omit<HooklineOptions<{ stripe: typeof source }>, 'sources'>

export const adminKey = 'bench_admin_key_0123456789abcdef'
export const eventType = 'payment_intent.succeeded'

export function newApp({ directory, postgres }: Place, options: AppOptions = {}): App {
  process.env.HOOKLINE_DATABASE = postgres ?? join(directory, hooklineFileName)
  process.env.HOOKLINE_PORT = '0'
  process.env.HOOKLINE_MODE = 'test'
  process.env.HOOKLINE_ADMIN_KEY = adminKey
  process.env.HOOKLINE_MASTER_KEY = Buffer.alloc(32, 7).toString('base64')
  return hookline({ ...options, sources: { stripe: source } })
}

/** What goes wrong for each event would fill the screen. */
const errorsToldMax = 3
let errors = 0

/** Warnings are about one machine alone, which a bench is; the first errors are told. */
export const log = {
  info: () => {},
  warn: () => {},
  error: (message: string, fields = {}) => {
    if (errors++ < errorsToldMax) console.error(message, fields)
  },
}

/** So many handlers that want each event; the first writes the user's document. */
export function addHandlers(app: App, count: number): void {
  for (let i = 0; i < count; i++) {
    app.on(
      'stripe',
      eventType,
      (event, tx) => {
        const { userId } = event.data.object.metadata
        tx.doc(i === 0 ? `users/${userId}` : `others/${i}/${userId}`).update({ unlocked: true })
      },
      { name: `handler-${i}` },
    )
  }
}

export async function listeningPort(app: App): Promise<number> {
  return Number(new URL((await app.listen()).url).port)
}
