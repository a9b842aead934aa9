/**
 * The package as it would be published, built for this run beside an app that uses it, so that
 * nothing is stripped of its types while the clock runs.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** The app with one source and one handler. */
const app = `import { hookline, stripe } from 'hookline'
const app = hookline({ sources: { stripe: stripe() } })
app.on('stripe', 'payment_intent.succeeded', (event, tx) => {
  tx.doc('users/' + event.data.object.metadata.userId).update({ unlocked: true })
})
export default app
`

export interface BuiltPackage {
  /** Where the app is: its `hookline.js`, and later its database. */
  readonly appDirectory: string
  /** What \`node\` runs for \`hookline\`. */
  readonly bin: string
}

/** @throws where the compiler wrote no program. */
export function buildPackage(directory: string): BuiltPackage {
  const folder = resolve(directory, 'package')
  const appDirectory = join(folder, 'app')
  mkdirSync(appDirectory, { recursive: true })
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  const project = join(root, 'tsconfig.build.json')
  const args = ['-p', project, '--outDir', join(folder, 'dist'), '--declaration', 'false']
  spawnSync(process.execPath, [compiler, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
  const bin = join(folder, 'dist', 'src', 'cli', 'bin.js')
  if (!existsSync(bin)) throw new Error('The package could not be built: tsc says why above.')
  writeFileSync(join(appDirectory, 'hookline.js'), app)
  return { appDirectory, bin }
}

/** A peer's program as plain JavaScript. */
export function buildPeer(name: string, directory: string): string {
  const source = readFileSync(new URL(`../peers/${name}.ts`, import.meta.url), 'utf8')
  const file = resolve(directory, `${name}.mjs`)
  writeFileSync(file, stripTypeScriptTypes(source))
  return file
}
