/** Runs the app for `dev` and tells the parent what came of it. */
import { errorText, HooklineError } from '../../base/errors.ts'
import { jsonLog, type Log, plainLog } from '../../base/log.ts'
import { loadConfig } from '../../config.ts'
import type { Hookline, StartOptions } from '../../hookline.ts'
import { loadApp } from '../app-file.ts'
import { toFailure } from '../failure.ts'
import { onStopSignals } from '../signals.ts'
import { developmentKeys, developmentSecret } from '../working-files.ts'
import type { ChildMessage, ChildOptions, Failed } from './messages.ts'

/** Short, because a person waits for the reload. What did not end is handed back and runs again. */
const drainMsMax = 3_000

interface Child {
  readonly options: ChildOptions
  readonly directory: string
  readonly log: Log
  app: Hookline | undefined
  isStopping: boolean
}

export async function runChild(argument: string): Promise<void> {
  const options = JSON.parse(argument) as ChildOptions // made by fork-child.ts
  const log = options.isJson ? jsonLog() : plainLog((line) => process.stdout.write(line))
  const child: Child = {
    options,
    directory: process.cwd(),
    log,
    app: undefined,
    isStopping: false,
  }
  listenForEnd(child)
  process.on('unhandledRejection', (reason) => {
    log.error('a promise was rejected and nothing handled it', { error: errorText(reason) })
  })
  await run(child)
}

async function run(child: Child): Promise<void> {
  let step: Failed['step'] = 'load'
  try {
    child.app = await loadApp(child.options.file, child.directory)
    step = 'start'
    await start(child, child.app)
  } catch (error) {
    if (child.isStopping) return
    const { message } = toFailure(error)
    const code = error instanceof HooklineError ? error.code : 'internal'
    tell({ kind: 'failed', step, code, message }, () => process.exit(1))
  }
}

async function start({ options, directory, log }: Child, app: Hookline): Promise<void> {
  await app.start({ ...startOptions(options, directory), log })
  const { url, adminUrl } = await app.listen()
  const sources = await app.sources()
  tell({
    kind: 'ready',
    url,
    adminUrl,
    signInLink: options.wantsSignInLink ? await app.signInLink(adminUrl) : undefined,
    sources: sources.map(({ name, provider, secrets }) => ({
      name,
      provider: provider.name,
      secret: secrets[0],
    })),
  })
}

/**
 * What is set in the environment and in .env.local stands; what is missing was made in .hookline/.
 */
function startOptions({ flags }: ChildOptions, directory: string): StartOptions {
  const config = loadConfig({ flags, directory })
  const made = developmentKeys(directory)
  return {
    ...config,
    adminKey: config.adminKey ?? made.adminKey,
    masterKey: config.masterKey ?? made.masterKey,
    previousMasterKey: config.previousMasterKey ?? made.previousMasterKey,
    missingSecret: (source, provider) =>
      developmentSecret(directory, source, () => provider.newSecret()),
  }
}

/** A signal reaches the whole process group, so the parent's request is often the second of two. */
function listenForEnd(child: Child): void {
  const drain = () => void end(child)
  onStopSignals({ drain, exit: () => process.exit(1) })
  process.on('message', drain)
  process.on('disconnect', drain)
}

async function end(child: Child): Promise<void> {
  if (child.isStopping) return
  child.isStopping = true
  try {
    await child.app?.stop(drainMsMax)
    process.exit(0)
  } catch (error) {
    child.log.error('could not stop in order', { error: errorText(error, 300) })
    process.exit(1)
  }
}

function tell(message: ChildMessage, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, then)
  else then()
}
