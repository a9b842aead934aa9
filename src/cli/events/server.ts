/** The running server that the `events` commands ask, and the key that lets them. */
import type { Command } from 'commander'
import { HooklineError } from '../../base/errors.ts'
import { type Admin, admin } from '../../client/admin.ts'
import { type Config, loadConfig } from '../../config.ts'
import { type CommonOptions, httpUrl } from '../command.ts'
import { madeAdminKey } from '../working-files.ts'

export interface ServerOptions extends CommonOptions {
  readonly url?: string
}

export interface Server {
  readonly api: Admin
  /** Where `/live` is: with a port of its own for the admin side, not there. */
  readonly liveUrl: string
  readonly key: string
}

export function withServerOption(command: Command): Command {
  return command.option('--url <url>', 'the server; else the one of this machine', httpUrl)
}

/** @throws HooklineError `admin_required` where no key is known. */
export function findServer({ url }: ServerOptions): Server {
  const directory = process.cwd()
  const config = loadConfig({ directory })
  const key = config.adminKey ?? madeAdminKey(directory)
  if (key === undefined) throw keyUnknown()
  const adminUrl = url ?? localUrl(config, config.adminPort ?? config.port)
  return { api: admin(adminUrl, { key }), liveUrl: url ?? localUrl(config, config.port), key }
}

function localUrl({ host }: Config, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function keyUnknown(): HooklineError {
  return new HooklineError(
    'admin_required',
    'No admin key is known here. `hookline dev` has not run in this folder, and ' +
      'HOOKLINE_ADMIN_KEY is not set. Go to the folder of your app, or set HOOKLINE_ADMIN_KEY to ' +
      'the key of the server.',
  )
}
