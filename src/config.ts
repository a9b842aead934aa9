/**
 * Environment, `.env.local` and flags become one checked Config. The only reader of the process
 * environment. It prints nothing and writes nothing.
 */
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { decodeBase64 } from './base/bytes.ts'
import { HooklineError } from './base/errors.ts'
import type { Mode } from './base/mode.ts'
import { type PasswordHash, parsePasswordHash, requireArgon2 } from './base/password.ts'
import { isPostgres } from './storage/open.ts'

export const portDefault = 4600
export const sandboxPortDefault = 4601
const masterKeyBytes = 32
const adminKeyCharactersMin = 24

export interface Config {
  readonly host: string
  readonly port: number
  readonly adminPort: number | undefined
  /** A file path, or `postgres://…`. */
  readonly database: string
  /** Hookline's schema in a PostgreSQL database; undefined where the environment names none. */
  readonly schema: string | undefined
  readonly masterKey: Uint8Array | undefined
  /** The one before it, which keys may still be sealed under while it is rotated. */
  readonly previousMasterKey: Uint8Array | undefined
  readonly adminKey: string | undefined
  readonly adminPasswordHash: PasswordHash | undefined
  readonly mode: Mode
  /** Where the outside world reaches this server. */
  readonly publicUrl: string | undefined
  /** Where `dev` pretends to be Stripe; undefined where STRIPE_API_BASE is not of this machine. */
  readonly sandboxUrl: string | undefined
  /** The secrets under the first of these names that is set; several are separated by spaces. */
  readonly secretsOf: (names: readonly string[]) => string[]
  /** Whether it is `.env.local` that sets this name. */
  readonly isInFile: (name: string) => boolean
}

export interface Flags {
  readonly port?: string | undefined
  readonly adminPort?: string | undefined
  readonly host?: string | undefined
  readonly database?: string | undefined
}

/** Whether the database is one that several processes and machines can share. */
export function usesPostgres({ database }: Pick<Config, 'database'>): boolean {
  return isPostgres(database)
}

export interface ConfigSources {
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly flags?: Flags
  /** Where `.env.local` and `.hookline/` are. Default: the working directory. */
  readonly directory?: string
}

/** @throws HooklineError `config_invalid` naming the variable and what it should be. */
export function loadConfig(sources: ConfigSources = {}): Config {
  const { directory = process.cwd(), flags = {} } = sources
  const file = readEnvironmentFile(directory)
  const values = environmentOf(sources.environment ?? process.env, file)
  const read = (name: string, flag?: string) => flag ?? (values[name] || undefined)
  return {
    host: read('HOOKLINE_HOST', flags.host) ?? '127.0.0.1',
    port: portOf('HOOKLINE_PORT', read('HOOKLINE_PORT', flags.port)) ?? portDefault,
    adminPort: portOf('HOOKLINE_ADMIN_PORT', read('HOOKLINE_ADMIN_PORT', flags.adminPort)),
    database: databaseOf(read('HOOKLINE_DATABASE', flags.database), directory),
    schema: checkSchema('HOOKLINE_SCHEMA', read('HOOKLINE_SCHEMA')),
    masterKey: masterKeyOf(read, 'HOOKLINE_MASTER_KEY'),
    previousMasterKey: masterKeyOf(read, 'HOOKLINE_MASTER_KEY_PREVIOUS'),
    adminKey: adminKeyOf(read('HOOKLINE_ADMIN_KEY')),
    adminPasswordHash: passwordHashOf(read('HOOKLINE_ADMIN_PASSWORD_HASH')),
    mode: modeOf(read('HOOKLINE_MODE')),
    publicUrl: read('HOOKLINE_PUBLIC_URL'),
    sandboxUrl: sandboxUrlOf(read('STRIPE_API_BASE')),
    secretsOf: (names) => secretsIn(values, names),
    // `dev` hands on what the file says in the environment of the process that runs the app.
    isInFile: (name) => file[name] !== undefined && file[name] === values[name],
  }
}

/** For a process that runs the app: what is set, then what `.env.local` says, then these. */
export function childEnvironment(
  defaults: Readonly<Record<string, string>>,
  directory = process.cwd(),
): Record<string, string | undefined> {
  return { ...defaults, ...environmentOf(process.env, readEnvironmentFile(directory)) }
}

type Values = Readonly<Record<string, string | undefined>>

/** What the process was started with comes before what the file says. */
function environmentOf(environment: Values, file: Values): Record<string, string | undefined> {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
  return { ...file, ...Object.fromEntries(set) }
}

function readEnvironmentFile(directory: string): Values {
  try {
    return parseEnv(readFileSync(join(directory, '.env.local'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new HooklineError(
      'config_invalid',
      'The file .env.local is there and can not be read. Check its permissions.',
      { cause: error },
    )
  }
}

function secretsIn(
  values: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): string[] {
  for (const name of names) {
    const secrets = values[name]?.split(/\s+/).filter((secret) => secret !== '') ?? []
    if (secrets.length > 0) return secrets
  }
  return []
}

function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new HooklineError(
    'config_invalid',
    `${name} is '${text.slice(0, 40)}', which is not a port. Give a whole number from 0 to 65535.`,
  )
}

function databaseOf(text: string | undefined, directory: string): string {
  if (text === undefined) return join(directory, '.hookline', 'hookline.db')
  if (isPostgres(text)) return text
  if (!/^[a-z]+:\/\//i.test(text)) return resolve(directory, text)
  throw new HooklineError(
    'config_invalid',
    `HOOKLINE_DATABASE is a ${text.split(':', 1)[0]} address, which Hookline does not speak. ` +
      'Give the path of a SQLite file, or postgres://user:password@host/database.',
  )
}

/** @throws HooklineError `config_invalid` naming where the text came from. */
export function checkSchema(name: string, text: string | undefined): string | undefined {
  if (text === undefined || /^[a-z_][a-z0-9_]{0,62}$/.test(text)) return text
  throw new HooklineError(
    'config_invalid',
    `${name} is '${text.slice(0, 70)}', which is no name of a schema. Use up to 63 ` +
      'lower-case letters, digits and underscores.',
  )
}

/** From the variable of this name, or from the file that is named by it with `_FILE`. */
function masterKeyOf(
  read: (name: string) => string | undefined,
  variable: string,
): Uint8Array | undefined {
  const text = read(variable)
  const file = read(`${variable}_FILE`)
  const name = text === undefined ? `${variable}_FILE` : variable
  const encoded = text ?? (file === undefined ? undefined : readKeyFile(name, file))
  if (encoded === undefined) return undefined
  const key = decodeBase64(encoded.trim())
  if (key?.byteLength === masterKeyBytes) return key
  throw new HooklineError(
    'config_invalid',
    `${name} does not hold ${masterKeyBytes} bytes in base64. Make one with \`openssl rand ` +
      `-base64 32\`.`,
  )
}

/** Only an address of this machine is a sandbox; Stripe's own is known without it. */
function sandboxUrlOf(text: string | undefined): string | undefined {
  return text !== undefined && /^http:\/\/(127\.0\.0\.1|\[::1\])(:\d{1,5})?\/?$/.test(text)
    ? text.replace(/\/$/, '')
    : undefined
}

function readKeyFile(name: string, file: string): string {
  try {
    refuseOpenFile(name, file)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof HooklineError) throw error
    throw new HooklineError(
      'config_invalid',
      `${name} names ${file}, which can not be read. Check the path and its permissions.`,
      { cause: error },
    )
  }
}

/** Windows has no such modes, and shows every file as open. */
function refuseOpenFile(name: string, file: string): void {
  const { mode } = statSync(file)
  if ((mode & 0o077) === 0 || process.platform === 'win32') return
  throw new HooklineError(
    'config_invalid',
    `${name} names ${file}, which others than its owner may read or write (mode ` +
      `${(mode & 0o777).toString(8)}). It was likely made with the usual permissions. Close it ` +
      `with \`chmod 600 ${file}\`, and think of another key if it lay open for long.`,
  )
}

function adminKeyOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length >= adminKeyCharactersMin) return text
  throw new HooklineError(
    'config_invalid',
    `HOOKLINE_ADMIN_KEY has ${text.length} characters and needs ${adminKeyCharactersMin} or ` +
      'more. Make one with `openssl rand -base64 32`.',
  )
}

function passwordHashOf(text: string | undefined): PasswordHash | undefined {
  if (text === undefined) return undefined
  const hash = parsePasswordHash(text)
  if (hash === undefined) {
    throw new HooklineError(
      'config_invalid',
      'HOOKLINE_ADMIN_PASSWORD_HASH is no Argon2id hash. It is likely the password itself, or ' +
        'its dollar signs were taken for variables. Make one with ' +
        '`hookline admin-keys password`, and put it in single quotes.',
    )
  }
  requireArgon2()
  return hash
}

function modeOf(text: string | undefined): Mode {
  if (text === undefined) return 'test'
  if (text === 'test' || text === 'live') return text
  throw new HooklineError(
    'config_invalid',
    `HOOKLINE_MODE is '${text.slice(0, 40)}'. It is 'test' or 'live'.`,
  )
}
