/**
 * The dashboard as it is built, for tests of a checkout whose sources are not those of its build.
 * Several test files may ask at once: the first builds, the others wait for it.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'dist/dashboard/index.html')
const vite = join(root, 'node_modules/vite/bin/vite.js')
const cache = join(root, 'node_modules/.cache/hookline')
const lock = join(cache, 'dashboard-build')
/** The hash of the sources and of the page that was built from them. */
const stamp = join(cache, 'dashboard-built')
const buildMsMax = 120_000
const lookAgainMs = 200

export async function ensureBuilt(): Promise<void> {
  const giveUpAt = Date.now() + buildMsMax
  while (!(await isBuilt())) {
    if (await takeLock()) {
      await build().finally(() => rm(lock, { recursive: true }))
    } else if (Date.now() > giveUpAt) {
      throw new Error(`The dashboard is being built for too long. Remove ${lock} and try again.`)
    } else await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
  }
}

async function build(): Promise<void> {
  const sources = await hashOfSources()
  await promisify(execFile)(process.execPath, [vite, 'build', 'dashboard'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    timeout: buildMsMax,
  })
  await writeFile(stamp, `${sources} ${await hashOf(page)}`)
}

async function takeLock(): Promise<boolean> {
  try {
    await mkdir(cache, { recursive: true })
    await mkdir(lock)
    return true
  } catch {
    return false
  }
}

async function isBuilt(): Promise<boolean> {
  const built = await readFile(stamp, 'utf8').catch(() => '')
  return built === `${await hashOfSources()} ${await hashOf(page)}`
}

async function hashOfSources(): Promise<string> {
  const folders = await Promise.all(['dashboard', 'src/client'].map(filesIn))
  const hashes = await Promise.all(folders.flat().sort().map(hashOf))
  return createHash('sha256').update(hashes.join()).digest('hex')
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
  return files.map(({ parentPath, name }) => join(parentPath, name))
}

async function hashOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => '')
  return createHash('sha256').update(path).update(bytes).digest('hex')
}
