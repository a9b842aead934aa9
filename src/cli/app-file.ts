/** The file that holds the app: which one is meant, and the app in it. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { HooklineError } from '../base/errors.ts'
import type { Hookline } from '../hookline.ts'

const usualNames = ['hookline.ts', 'hookline.js', 'hookline.mjs']
/** To find the line of an error. */
const placeMsMax = 5_000
const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const demoPath = fileURLToPath(new URL(`../../examples/shop/hookline${ending}`, import.meta.url))

export interface AppFile {
  readonly path: string
  /** As a person would write it here. */
  readonly shownAs: string
  /** The demo shop, which has a page at /shop. */
  readonly isShop: boolean
}

/**
 * The file that was named, else the usual one of the working directory; undefined where it has
 * none.
 * @throws HooklineError `config_invalid` where the named file does not exist.
 */
export function findAppFile(named: string | undefined, directory: string): AppFile | undefined {
  if (named !== undefined) return namedFile(resolve(directory, named), directory)
  const usual = usualNames.map((name) => join(directory, name)).find((path) => existsSync(path))
  return usual === undefined ? undefined : toAppFile(usual, directory)
}

/** The demo that comes with the package. */
export function demoAppFile(): AppFile {
  return { path: demoPath, shownAs: 'the built-in demo', isShop: true }
}

function namedFile(path: string, directory: string): AppFile {
  if (existsSync(path)) return toAppFile(path, directory)
  throw new HooklineError(
    'config_invalid',
    `There is no file ${shownPath(path, directory)}. The path was likely mistyped, or is of ` +
      'another folder. Check it, or write a new one with `hookline init`.',
  )
}

function toAppFile(path: string, directory: string): AppFile {
  const isShop = path === demoPath || /[\\/]examples[\\/]shop[\\/]hookline\.[jt]s$/.test(path)
  return { path, shownAs: shownPath(path, directory), isShop }
}

/** Relative to the working directory, where it is below it. */
export function shownPath(path: string, directory: string): string {
  const short = relative(directory, path)
  return short.startsWith('..') ? path : short
}

/** Imports the file. @throws HooklineError `config_invalid`, with the file and line of a fault. */
export async function loadApp({ path, shownAs }: AppFile, directory: string): Promise<Hookline> {
  const app = await imported(path, shownAs, directory)
  if (isApp(app)) return app
  throw new HooklineError(
    'config_invalid',
    `${shownAs} does not export an app. ${whyNoApp(app)}. End it with ` +
      '`export default app`, where app is what hookline() returned.',
  )
}

function whyNoApp(exported: unknown): string {
  if (exported === undefined) return 'Its default export is missing'
  return 'Its default export is something else, likely the options without hookline() around them'
}

async function imported(path: string, shownAs: string, directory: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(pathToFileURL(path).href)
    return module.default
  } catch (cause) {
    const stack = cause instanceof Error ? (cause.stack ?? '') : ''
    const isBare = cause instanceof SyntaxError && placeIn(stack, directory) === undefined
    const place = placeIn(isBare ? uncaughtText(path) : stack, directory)
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const where = place === undefined ? '' : ` (${place})`
    throw new HooklineError(
      'config_invalid',
      `${shownAs} does not load: ${what.replace(/\.?$/, '')}${where}. Repair it there.`,
      { cause },
    )
  }
}

/** A file and a line at the end of a line of a stack; those of Node itself begin with `node:`. */
const placeForm = /(file:\/\/\/\S+?|(?<=^|\()(?:[A-Za-z]:)?[\\/][^()]*?):(\d+)(?::\d+)?\)?$/m

function placeIn(stack: string, directory: string): string | undefined {
  const [, file = '', line] = placeForm.exec(stack) ?? []
  if (line === undefined) return undefined
  return `${shownPath(file.startsWith('file:') ? fileURLToPath(file) : file, directory)}:${line}`
}

/**
 * Node keeps the place of a syntax error in JavaScript to itself until it prints the error as
 * uncaught. Such an error comes before any of the app has run, so a second Node can be let run into
 * it.
 */
function uncaughtText(path: string): string {
  const script = `import(${JSON.stringify(pathToFileURL(path).href)})`
  const args = [...process.execArgv, '--eval', script]
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: placeMsMax }).stderr
}

function isApp(value: unknown): value is Hookline {
  const parts = ['start', 'listen', 'stop', 'sources', 'signInLink'] as const
  const object = Object(value) as Record<string, unknown> // read by name below, whatever it is
  return parts.every((part) => typeof object[part] === 'function')
}
