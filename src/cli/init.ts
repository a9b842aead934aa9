/**
 * `hookline init`: the files of a first app. Writes what is missing and changes nothing that
 * exists.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type CommonOptions, newCommand } from './command.ts'
import { commandName, print, printJson } from './output.ts'

const appText = `import { hookline, stripe } from 'hookline'

const app = hookline({
  // The secret comes from STRIPE_WEBHOOK_SECRET. In \`hookline dev\` it is made for you.
  sources: { stripe: stripe() },
})

// Runs once for each payment, however often Stripe sends it. Its writes are committed together.
app.on('stripe', 'payment_intent.succeeded', async (event, tx) => {
  const { userId } = event.data.object.metadata
  if (userId) await tx.doc(\`users/\${userId}\`).update({ unlocked: true })
})

export default app
`

const environmentText = `# Secrets of this machine. Keep this file out of git.
# \`hookline dev\` needs none of them: it makes what is missing, in .hookline/.

# STRIPE_WEBHOOK_SECRET=whsec_...
# STRIPE_SECRET_KEY=sk_test_...

# For \`hookline serve\`. Make each with: openssl rand -base64 32
# HOOKLINE_MASTER_KEY=
# HOOKLINE_ADMIN_KEY=

# HOOKLINE_PORT=4600
# HOOKLINE_DATABASE=.hookline/hookline.db
`

const ignoredPaths = ['.hookline/', '.env.local']

export interface InitResult {
  readonly written: readonly string[]
  /** They were there already and are as they were. */
  readonly kept: readonly string[]
}

export function initCommand(): Command {
  return newCommand('init', {
    does: 'Write hookline.ts, .env.local and the .gitignore lines; change nothing that exists.',
    examples: ['init'],
  }).action((_, command: Command) => {
    const result = init(process.cwd())
    if (command.optsWithGlobals<CommonOptions>().json) printJson(result)
    else report(result)
  })
}

export function init(directory: string): InitResult {
  const outcomes: [name: string, isWritten: boolean][] = [
    ['hookline.ts', writeNew(join(directory, 'hookline.ts'), appText, 0o644)],
    ['.env.local', writeNew(join(directory, '.env.local'), environmentText, 0o600)],
    ['.gitignore', addLines(join(directory, '.gitignore'), ignoredPaths)],
  ]
  return {
    written: outcomes.filter(([, isWritten]) => isWritten).map(([name]) => name),
    kept: outcomes.filter(([, isWritten]) => !isWritten).map(([name]) => name),
  }
}

function writeNew(path: string, text: string, mode: number): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Adds the lines that are not there yet, at the end. */
function addLines(path: string, wanted: readonly string[]): boolean {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const known = new Set(before.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, '')))
  const missing = wanted.filter((line) => !known.has(line.replace(/\/$/, '')))
  if (missing.length === 0) return false
  const isOpen = before !== '' && !before.endsWith('\n')
  appendFileSync(path, `${isOpen ? '\n' : ''}${missing.join('\n')}\n`)
  return true
}

function report({ written, kept }: InitResult): void {
  for (const name of written) print(`written  ${name}`)
  for (const name of kept) print(`kept     ${name}, as it was`)
  print(`\nNext: ${commandName} dev`)
}
