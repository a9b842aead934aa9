/**
 * `.hookline/` of the working directory: the keys and webhook secrets that local work needs, made
 * once and kept. Only its owner reads it. A file is never there half: it is written whole under
 * another name first.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { decodeBase64 } from '../base/bytes.ts'
import { HooklineError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'

const keyBytes = 32

export interface DevelopmentKeys {
  readonly adminKey: string
  readonly masterKey: Uint8Array
  /** The one before, while it is being changed. */
  readonly previousMasterKey: Uint8Array | undefined
}

/** The keys of this directory, made where they are missing. */
export function developmentKeys(directory: string): DevelopmentKeys {
  const folder = openFolder(directory)
  const adminKey = keptKey(join(folder, 'admin-key'))
  keptKey(join(folder, 'master-key'))
  const { masterKey, previousMasterKey } = madeMasterKeys(directory)
  if (masterKey) return { adminKey, masterKey, previousMasterKey }
  throw damaged(join('.hookline', 'master-key'))
}

/** The master keys that are kept here; undefined where `dev` has not run. */
export function madeMasterKeys(directory: string): {
  readonly masterKey: Uint8Array | undefined
  readonly previousMasterKey: Uint8Array | undefined
} {
  return {
    masterKey: readMasterKey(directory, 'master-key'),
    previousMasterKey: readMasterKey(directory, 'master-key.previous'),
  }
}

function readMasterKey(directory: string, name: string): Uint8Array | undefined {
  const text = readIfThere(join(directory, '.hookline', name))
  if (text === undefined) return undefined
  const key = decodeBase64(text.trim())
  if (key?.byteLength === keyBytes) return key
  throw damaged(join('.hookline', name))
}

/**
 * Makes a new master key and keeps the one before beside it, unless that was begun already. The old
 * one is written first: killed in between, there are two files of the same key, and no harm.
 */
export function beginMasterKeyChange(directory: string): void {
  const { masterKey, previousMasterKey } = madeMasterKeys(directory)
  if (!masterKey) return
  const isBegun = previousMasterKey && !Buffer.from(previousMasterKey).equals(masterKey)
  if (isBegun) return
  const path = join(directory, '.hookline', 'master-key')
  replace(`${path}.previous`, `${Buffer.from(masterKey).toString('base64')}\n`)
  replace(path, `${randomBytes(keyBytes).toString('base64')}\n`)
}

/** The one before is needed no more. */
export function endMasterKeyChange(directory: string): void {
  rmSync(join(directory, '.hookline', 'master-key.previous'), { force: true })
}

/** The admin key that `dev` made here; undefined where it has not run. */
export function madeAdminKey(directory: string): string | undefined {
  return readIfThere(join(directory, '.hookline', 'admin-key'))?.trim() || undefined
}

/** The webhook secret of a source, made where it is missing, the same at every run. */
export function developmentSecret(
  directory: string,
  source: string,
  newSecret: () => string,
): string {
  const path = join(openFolder(directory), 'dev-secrets.json')
  const known = readSecrets(path)
  const secret = Object.hasOwn(known, source) ? known[source] : undefined
  if (secret !== undefined) return secret
  const made = newSecret()
  replace(path, `${JSON.stringify({ ...known, [source]: made }, null, 2)}\n`)
  return made
}

function readSecrets(path: string): Record<string, string> {
  const text = readIfThere(path)
  if (text === undefined) return {}
  const value = parseJson(text)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !Object.values(value).every((secret) => typeof secret === 'string')) {
    throw damaged(join('.hookline', 'dev-secrets.json'))
  }
  return value as Record<string, string> // every value is text, by the lines above
}

function openFolder(directory: string): string {
  const folder = join(directory, '.hookline')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700) // It may have been there before, open to others.
  return folder
}

function keptKey(path: string): string {
  if (readIfThere(path) === undefined) {
    writeOnce(path, `${randomBytes(keyBytes).toString('base64')}\n`)
  }
  const key = readIfThere(path)?.trim() ?? ''
  if (key.length >= keyBytes) return key
  throw damaged(join('.hookline', path.slice(dirname(path).length + 1)))
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new HooklineError(
      'config_invalid',
      `${path} is there and can not be read. Its permissions or its owner are likely wrong. ` +
        'Make it yours, or delete it to have a new one.',
      { cause: error },
    )
  }
}

/** Of two processes that write at the same moment, the first one's file stays. */
function writeOnce(path: string, text: string): void {
  const temporary = writeBeside(path, text)
  try {
    linkSync(temporary, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // node:fs throws nothing else
    // Some file systems have no links; there the last one's file stays.
    if (code !== 'EEXIST') renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function replace(path: string, text: string): void {
  renameSync(writeBeside(path, text), path)
}

/** Writes and syncs a file of another name in the same folder, and gives that name. */
function writeBeside(path: string, text: string): string {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return temporary
}

function damaged(name: string): HooklineError {
  return new HooklineError(
    'config_invalid',
    `${name} does not hold what was written there. It was likely edited or cut. Delete it, and ` +
      'the next `hookline dev` makes a new one.',
  )
}
