/**
 * The webhook that an exercise has a newcomer send: an event of a type that no provider has, to a
 * source that takes it, as a command for a shell. With a signature or without one.
 */
import { randomUUID } from 'node:crypto'
import { type CurlCommand, curlOf } from '../../inbox/curl.ts'
import type { Source } from '../../inbox/sources.ts'
import type { Served } from '../served.ts'

/** How the exercise knows its own events among all others. */
export const learnType = 'hookline.learn'

/** Those whose type is in the body, or in a header that is signed for here; likeliest first. */
const practised = ['stripe', 'github', 'standardwebhooks']

/** Undefined where the app has no source that can be practised with. */
export function practiceSource({ inbox, mode }: Served): Source | undefined {
  const sources = [...inbox.sources.values()].filter((source) => source.mode === mode)
  return practised
    .map((provider) => sources.find((source) => isUsable(source, provider)))
    .find((source) => source !== undefined)
}

function isUsable({ provider, secrets }: Source, name: string): boolean {
  return provider.name === name && secrets.length > 0
}

export interface Asked {
  /** Of the request for the command: where this server is reached. */
  readonly url: string
  readonly now: number
  readonly isSigned: boolean
}

/** Each one is another event. */
export function practiceCurl(source: Source, { url, now, isSigned }: Asked): CurlCommand {
  const id = `evt_learn_${randomUUID().slice(0, 8)}`
  const event = {
    type: learnType,
    dedupeKey: id,
    headers: [['content-type', 'application/json']] as const,
    body: new TextEncoder().encode(bodyOf(id, now)),
  }
  const target = new URL(`/webhooks/${encodeURIComponent(source.name)}`, url).href
  const made = curlOf(isSigned ? source : undefined, event, { url: target, now })
  // With the status and the headers of the answer, which is what there is to learn.
  return { ...made, command: made.command.replace('curl -X', 'curl -i -X') }
}

function bodyOf(id: string, now: number): string {
  return JSON.stringify({
    id,
    object: 'event',
    type: learnType,
    livemode: false,
    created: Math.floor(now / 1_000),
    data: { object: { id: 'hello', object: 'greeting', text: 'Hello, Hookline', metadata: {} } },
  })
}
