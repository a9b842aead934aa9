/**
 * Runs the app under supervision, tells the sandbox of its sources, and says what happens to it.
 */
import { dirname, join } from 'node:path'
import { HooklineError } from '../../base/errors.ts'
import type { Flags } from '../../config.ts'
import type { SandboxEndpoint } from '../../sandbox/sandbox.ts'
import { type AppFile, shownPath } from '../app-file.ts'
import { print, printJsonLine } from '../output.ts'
import { printableLine } from '../printable.ts'
import type { SandboxServer } from '../sandbox-server.ts'
import { onStopSignals } from '../signals.ts'
import { forkChild } from './fork-child.ts'
import type { Failed, Ready } from './messages.ts'
import { printStartUp } from './start-up-text.ts'
import { type Reason, type Supervisor, supervise } from './supervisor.ts'
import { watchFolder } from './watch-folder.ts'

export interface AppRun {
  readonly file: AppFile
  readonly directory: string
  readonly flags: Flags
  readonly sandbox: SandboxServer | undefined
  readonly isJson: boolean
}

interface State extends AppRun {
  /** Of the first start, for the later ones to keep what the system chose. */
  firstReady: Ready | undefined
}

/**
 * Resolves after a signal, when the app has drained.
 * @throws HooklineError where the first start fails for a reason that no change of the app's file
 * repairs.
 */
export function runApp(run: AppRun): Promise<void> {
  const state: State = { ...run, firstReady: undefined }
  return new Promise((resolve, reject) => {
    const supervisor = supervise({
      startChild: () => forkChild(childOptions(state), state.sandbox?.url),
      onReady: (ready, reason) => onReady(state, ready, reason),
      onFailed: (failed, reason) => {
        if (canBeRepaired(failed, reason)) return sayFailed(state, failed)
        stopWatching()
        reject(new HooklineError(failed.code, failed.message))
      },
      onCrash: (how, restartInMs) => sayCrashed(state, how, restartInMs),
    })
    const stopWatching = watchFolder(
      { folder: dirname(state.file.path), file: join(state.directory, '.env.local') },
      (path) => supervisor.reload(path),
    )
    drainAtSignal(supervisor, () => {
      stopWatching()
      void supervisor.stop().then(resolve)
    })
  })
}

function drainAtSignal(supervisor: Supervisor, drain: () => void): void {
  onStopSignals({
    drain,
    exit: () => {
      supervisor.kill()
      process.exit(1)
    },
  })
}

function childOptions({ file, flags, firstReady, isJson }: State) {
  const { host, database } = flags
  const port = firstReady === undefined ? flags.port : new URL(firstReady.url).port || '80'
  return {
    file,
    flags: { port, host, database },
    wantsSignInLink: firstReady === undefined,
    isJson,
  }
}

function canBeRepaired({ step }: Failed, { kind }: Reason): boolean {
  return step === 'load' || kind !== 'begin'
}

function onReady(state: State, ready: Ready, reason: Reason): void {
  state.sandbox?.setEndpoints(sandboxEndpoints(ready))
  if (state.firstReady === undefined) {
    state.firstReady = ready
    printStartUp({ ...state, ready, sandboxUrl: state.sandbox?.url }, state.isJson)
  } else if (reason.kind === 'change') {
    const path = shownPath(reason.path, state.directory)
    say(state, { event: 'reloaded', path }, `reloaded because ${path} changed`)
  } else {
    say(state, { event: 'restarted' }, 'the server runs again')
  }
}

/** The sandbox plays Stripe alone, and sends to this machine alone. */
function sandboxEndpoints({ url, sources }: Ready): SandboxEndpoint[] {
  const base = new URL(url)
  if (['0.0.0.0', '[::]'].includes(base.hostname)) base.hostname = '127.0.0.1'
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(base.hostname)) return []
  return sources.flatMap(({ name, provider, secret }) =>
    provider === 'stripe' && secret !== undefined
      ? [{ provider, url: `${base.origin}/webhooks/${name}`, secret }]
      : [],
  )
}

function sayFailed({ isJson }: State, { code, message }: Failed): void {
  const wait = 'Nothing is served until a file changes.'
  if (isJson) printJsonLine({ event: 'failed', code, message })
  else process.stderr.write(`hookline: ${message} ${wait}\n`)
}

function sayCrashed(state: State, how: string, restartInMs: number): void {
  const text = `the server ended by itself (${how}); starting it again in ${restartInMs} ms`
  say(state, { event: 'crashed', how, restartInMs }, text)
}

function say({ isJson }: State, event: object, text: string): void {
  if (isJson) printJsonLine(event)
  else print(printableLine(text))
}
