/**
 * The servers that `ingest` compares. Each program says its durable setting in its first comment.
 */
import { join } from 'node:path'
import { checkHookline, checkTutorial, type Findings, waitUntilHandled } from './check-stored.ts'

export interface IngestPeer {
  readonly name: string
  readonly title: string
  readonly program: URL
  /** Whether it puts its work off until it is told to catch up. */
  readonly isPutOff?: boolean
  /** Resolves once nothing is left to do, with the milliseconds that took. */
  readonly waitUntilHandled?: (directory: string) => Promise<number>
  readonly check?: (directory: string, acknowledged: readonly string[]) => Findings
}

const hooklineFile = (directory: string) => join(directory, 'hookline.db')

const hooklineChecks = {
  waitUntilHandled: (directory: string) => waitUntilHandled(hooklineFile(directory)),
  check: (directory: string, acknowledged: readonly string[]) =>
    checkHookline(hooklineFile(directory), acknowledged),
}

export const ingestPeers = [
  {
    name: 'bare',
    title: 'bare `node:http`',
    program: new URL('peers/bare.ts', import.meta.url),
  },
  {
    name: 'hookline',
    title: 'Hookline, handling at the same time',
    program: new URL('peers/hookline.ts', import.meta.url),
    ...hooklineChecks,
  },
  {
    name: 'hookline-later',
    title: 'Hookline, handling afterwards',
    program: new URL('peers/hookline-later.ts', import.meta.url),
    isPutOff: true,
    ...hooklineChecks,
  },
  {
    name: 'tutorial',
    title: 'Express 5 + `stripe` + one insert',
    program: new URL('peers/tutorial.ts', import.meta.url),
    check: (directory, acknowledged) => checkTutorial(join(directory, 'tutorial.db'), acknowledged),
  },
] as const satisfies readonly IngestPeer[]
