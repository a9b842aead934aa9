/** The two ways a request comes in: as a standard Request, and over a socket. Tests take both. */
import { isCallPath } from '../call.ts'
import { answerLive } from '../live.ts'
import { listen } from '../node.ts'
import { createServe } from '../routes.ts'
import type { Served } from '../served.ts'

export interface Way {
  readonly base: string
  /** Follows no redirect. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

export const ways = [
  { name: 'as a Request', open: openDirectly },
  { name: 'over a socket', open: openSocket },
]

async function openDirectly(served: Served): Promise<Way> {
  const serve = createServe(served)
  const base = 'http://localhost:4600'
  return {
    base,
    fetch: (path, init) => serve(new Request(base + path, init)),
    close: async () => {},
  }
}

export async function openSocket(served: Served): Promise<Way> {
  const listening = await listen({
    inbox: served.inbox,
    serve: createServe(served),
    surface: 'all',
    isCall: (path) => isCallPath(served.calls, path),
    live: (request) => answerLive(served, request),
    host: '127.0.0.1',
    port: 0,
  })
  return {
    base: listening.url,
    fetch: (path, init) => fetch(listening.url + path, { redirect: 'manual', ...init }),
    close: () => listening.close(0),
  }
}
