/**
 * `hookline serve`: the app in production, in one process or several, a log of JSON lines. It makes
 * up no key.
 */
import cluster from 'node:cluster'
import type { Command } from 'commander'
import { errorText, HooklineError } from '../base/errors.ts'
import { jsonLog, type Log } from '../base/log.ts'
import { type Config, loadConfig, usesPostgres } from '../config.ts'
import type { Hookline } from '../hookline.ts'
import { type AppFile, findAppFile, loadApp } from './app-file.ts'
import { newCommand, portText, wholeNumber } from './command.ts'
import { superviseWorkers, workersMax } from './serve/workers.ts'
import { onStopSignals } from './signals.ts'

const drainMsMax = 30_000

interface ServeOptions {
  readonly port?: string
  readonly adminPort?: string
  readonly host?: string
  readonly database?: string
  readonly workers?: number
}

export function serveCommand(): Command {
  return newCommand('serve', {
    does: 'Run the app in production. Needs a master key and an admin key.',
    examples: [
      'serve',
      'serve hookline.ts --host 0.0.0.0 --port 8080 --admin-port 8081',
      'serve --database postgres://hookline@db.example.com/app --workers 4',
    ],
    notes: [
      'The keys come from HOOKLINE_MASTER_KEY (or HOOKLINE_MASTER_KEY_FILE) and\n' +
        'HOOKLINE_ADMIN_KEY, or HOOKLINE_ADMIN_PASSWORD_HASH instead of it.\n' +
        'SIGTERM and Ctrl-C let running handlers end, for 30 seconds at most.',
    ],
  })
    .argument('[file]', 'the app; else hookline.ts, .js or .mjs of this folder')
    .option('--port <number>', 'where it listens; else HOOKLINE_PORT, else 4600', portText)
    .option('--admin-port <number>', 'a port of its own for the admin side', portText)
    .option('--host <address>', 'the address it listens at; else HOOKLINE_HOST, else 127.0.0.1')
    .option('--database <file>', 'the database; else HOOKLINE_DATABASE')
    .option(
      '--workers <number>',
      'this many processes on one port; needs PostgreSQL',
      wholeNumber(1, workersMax),
    )
    .action(async (file: string | undefined, options: ServeOptions) => {
      await serve(file, options)
    })
}

async function serve(named: string | undefined, flags: ServeOptions): Promise<void> {
  const directory = process.cwd()
  const config = loadConfig({ flags, directory })
  requireKeys(config)
  const file = requireFile(findAppFile(named, directory))
  const log = jsonLog()
  if (flags.workers !== undefined) {
    requirePostgres(config)
    if (cluster.isPrimary) return await superviseWorkers({ count: flags.workers, log, drainMsMax })
  }
  process.on('unhandledRejection', (reason) => {
    log.error('a promise was rejected and nothing handled it', { error: errorText(reason) })
  })
  const app = await loadApp(file, directory)
  const stopped = stoppedBySignal(app, log)
  await app.start({ ...config, log })
  const { url, adminUrl } = await app.listen()
  const which = cluster.isWorker ? { pid: process.pid } : {}
  log.info('ready', { url, adminUrl, file: file.shownAs, mode: config.mode, ...which })
  await stopped
}

/** Resolves when the app has drained. */
function stoppedBySignal(app: Hookline, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    onStopSignals({
      drain: () => {
        log.info('stopping; running handlers may end', { withinMs: drainMsMax })
        app.stop(drainMsMax).then(resolve, reject)
      },
      exit: () => process.exit(1),
    })
  })
}

function requirePostgres(config: Config): void {
  if (usesPostgres(config)) return
  throw new HooklineError(
    'config_invalid',
    '--workers needs PostgreSQL, and the database is a SQLite file. SQLite has one writer at a ' +
      'time, so more processes would only wait for one another. Leave --workers out, or set ' +
      'HOOKLINE_DATABASE=postgres://… first.',
  )
}

function requireKeys({ masterKey, adminKey, adminPasswordHash }: Config): void {
  const missing = [
    ...(masterKey ? [] : ['HOOKLINE_MASTER_KEY']),
    ...(adminKey || adminPasswordHash ? [] : ['HOOKLINE_ADMIN_KEY']),
  ]
  if (missing.length === 0) return
  const [is, it, them] = missing.length === 1 ? ['is', 'it', 'it'] : ['are', 'each', 'them']
  throw new HooklineError(
    'config_invalid',
    `${missing.join(' and ')} ${is} not set. \`serve\` makes up no keys, since sessions, ` +
      `tokens and the admin side rest on them. Make ${it} with \`openssl rand -base64 32\`, keep ` +
      `${them} outside of the database, and set ${them} in the environment or in .env.local (for ` +
      'the master key, HOOKLINE_MASTER_KEY_FILE does as well).',
  )
}

function requireFile(file: AppFile | undefined): AppFile {
  if (file) return file
  throw new HooklineError(
    'config_invalid',
    'There is no hookline.ts, hookline.js or hookline.mjs in this folder. `serve` was likely ' +
      'started in another one. Name the file, as in `hookline serve app/hookline.ts`, or write ' +
      'one with `hookline init`.',
  )
}
