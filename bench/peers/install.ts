/**
 * The queues that Hookline is compared with are packages of a folder of their own, so that nobody
 * waits for them who does not run the benchmarks. They are installed when first needed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('.', import.meta.url)
/** npm writes it last: a broken installation does not have it. */
const isDone = new URL('node_modules/.package-lock.json', folder)

export function needsPeers(program: URL): boolean {
  return program.href.startsWith(new URL('queues/', folder).href)
}

/** @throws where npm can not install them. */
export function ensurePeers(say: (line: string) => void): void {
  if (existsSync(isDone)) return
  say('Installing the packages of bench/peers once (about 45 MB): npm ci')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: fileURLToPath(folder),
    stdio: ['ignore', 2, 2],
  })
  if (status === 0) return
  throw new Error(
    'The packages of the peers could not be installed. npm says why above; likely the network ' +
      'is not there. Run `npm ci` in bench/peers by hand, or leave them out by --peers.',
  )
}
