/** Starts the process that runs the app. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../../config.ts'
import type { ChildOptions } from './messages.ts'

const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const childPath = fileURLToPath(new URL(`./child-server${ending}`, import.meta.url))

/** With a sandbox, an app that calls Stripe reaches it, unless its environment says otherwise. */
export function forkChild(options: ChildOptions, sandboxUrl: string | undefined): ChildProcess {
  return fork(childPath, [JSON.stringify(options)], {
    env: childEnvironment(
      sandboxUrl === undefined
        ? {}
        : { STRIPE_API_BASE: sandboxUrl, STRIPE_SECRET_KEY: 'sk_test_sandbox' },
    ),
    execArgv: process.execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}
