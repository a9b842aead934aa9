/** An app that makes calls to a pretend API, and everything that it logs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../src/base/log.ts'
import { type Hookline, type HooklineOptions, hookline } from '../../src/index.ts'
import { adminKey } from '../seams.ts'

type Options = Omit<HooklineOptions<Record<never, never>>, 'sources'>

export interface CallApp {
  readonly app: Hookline
  readonly url: string
  readonly logged: string[]
  /** The calls that are written down, the newest first. */
  calls(query?: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

export async function startCallApp(options: Options): Promise<CallApp> {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-calls-'))
  const logged: string[] = []
  const write = (message: string, fields?: object) =>
    void logged.push(`${message} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { info: write, warn: write, error: write }
  // Its sources' names are not needed by the tests.
  const app = hookline({ sources: {}, ...options }) as unknown as Hookline
  const database = join(directory, 'test.db')
  const masterKey = new Uint8Array(32).fill(7)
  await app.start({ database, masterKey, port: 0, adminKey, log, mode: 'test' })
  const { url } = await app.listen()
  return {
    app,
    url,
    logged,
    calls: async (query = '') => {
      const headers = { authorization: `Bearer ${adminKey}` }
      const answer = await fetch(`${url}/api/v1/calls?${query}`, { headers })
      return ((await answer.json()) as { data: Record<string, unknown>[] }).data
    },
    stop: async () => {
      await app.stop(500)
      rmSync(directory, { recursive: true })
    },
  }
}
