/**
 * An inbox for tests: real sources on a real database, a clock that stands, and a log that is
 * kept.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogFields } from '../../base/log.ts'
import { newMeter } from '../../base/meter.ts'
import type { SourceDefinition, WebhookRequest } from '../../providers/provider.ts'
import { openStorage } from '../../storage/open.ts'
import { type Answer, type Inbox, receive } from '../receive.ts'
import { newRejections } from '../rejections.ts'
import { makeSource, type Sources } from '../sources.ts'

export const nowMs = 1_700_000_000_000
export const now = nowMs / 1000

export interface TestInbox extends Inbox {
  readonly lines: { readonly message: string; readonly fields: LogFields }[]
  post(source: string, request: Pick<WebhookRequest, 'headers' | 'body'>): Promise<Answer>
  close(): Promise<void>
}

export function makeSources(
  definitions: Readonly<Record<string, SourceDefinition>>,
  publicUrl?: string,
): Sources {
  const defaults = { mode: 'test', publicUrl, secretsOf: () => [] } as const
  return new Map(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      makeSource(name, definition, defaults),
    ]),
  )
}

export async function openInbox(
  definitions: Readonly<Record<string, SourceDefinition>>,
): Promise<TestInbox> {
  const directory = await mkdtemp(join(tmpdir(), 'hookline-inbox-'))
  const clock = { now: () => nowMs }
  const storage = await openStorage({ database: join(directory, 'hookline.db'), clock })
  const lines: TestInbox['lines'] = []
  const write = (message: string, fields: LogFields = {}) => void lines.push({ message, fields })
  const log = { info: write, warn: write, error: write }
  const inbox: Inbox = {
    sources: makeSources(definitions),
    storage,
    rejections: newRejections(storage, log),
    meter: newMeter(),
    clock,
    log,
    deliveriesFor: () => [],
    fetch: () => Promise.reject(new Error('No test of the inbox has a network.')),
  }
  return {
    ...inbox,
    lines,
    post: (source, { headers, body }) =>
      receive(inbox, {
        source,
        method: 'POST',
        url: `http://localhost/webhooks/${source}`,
        headers,
        readBody: async () => body,
        remote: () => '203.0.113.9',
      }),
    close: async () => {
      await storage.close()
      await rm(directory, { recursive: true })
    },
  }
}
