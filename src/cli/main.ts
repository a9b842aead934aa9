/**
 * The program: its commands, and what becomes of an error. Exit 0 is done, 1 failed, 2 wrong usage.
 * What the commands do is in their own files.
 */
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { failureLine, toFailure, UsageError } from './failure.ts'

/** Each is loaded when it is asked for: `serve` should not wait for the sandbox. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./dev.ts')).devCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  'admin-keys': async () => (await import('./admin-keys.ts')).adminKeysCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  init: async () => (await import('./init.ts')).initCommand(),
  migrate: async () => (await import('./migrate.ts')).migrateCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  prune: async () => (await import('./prune.ts')).pruneCommand(),
  listen: async () => (await import('./listen.ts')).listenCommand(),
  sandbox: async () => (await import('./sandbox.ts')).sandboxCommand(),
  trigger: async () => (await import('./trigger.ts')).triggerCommand(),
  events: async () => (await import('./events.ts')).eventsCommand(),
  keys: async () => (await import('./keys.ts')).keysCommand(),
  connect: async () => (await import('./connect.ts')).connectCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
}

/** Runs one command. Resolves with the exit code; prints errors and never throws. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const program = await buildProgram(args.find((arg) => !arg.startsWith('-')))
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    const isGiven = (flag: string) => args.includes(flag)
    const line = failureLine(thrown, { isJson: isGiven('--json'), isDebug: isGiven('--debug') })
    process.stderr.write(`${line}\n`)
    return toFailure(thrown).exitCode
  }
}

/**
 * The command of this name, or all of them, each with its help; nothing runs before `parseAsync`.
 */
export async function buildProgram(name = ''): Promise<Command> {
  const program = new Command('hookline')
    .description('Receives webhooks, runs your handlers exactly once, and shows it as it happens.')
    .version(packageVersion(), '-V, --version')
    .option('--json', 'print JSON, for machines')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', '\nExample:\n  $ hookline dev\n\nMore: hookline <command> --help')
  const only = Object.hasOwn(commands, name) ? commands[name] : undefined
  const wanted = only ? [only] : Object.values(commands)
  for (const command of await Promise.all(wanted.map((load) => load()))) {
    program.addCommand(command)
  }
  settle(program, 'hookline')
  return program
}

/**
 * Commander does not end the process and prints no errors of its own: they come here, as one line.
 */
function settle(command: Command, path: string): void {
  command.exitOverride((error) => {
    throw error.exitCode === 0 ? error : usageError(error, path)
  })
  command.configureOutput({ writeErr: () => {} }).configureHelp({ showGlobalOptions: true })
  for (const inner of command.commands) settle(inner, `${path} ${inner.name()}`)
}

/** Commander says what is wrong and sometimes, on a second line, what was likely meant. */
function usageError({ code, message }: CommanderError, path: string): UsageError {
  const [what = '', guess] = message.replace(/^error: /, '').split('\n')
  const said = code === 'commander.help' ? `${path} needs a command` : saidOnce(code, what)
  const meant = guess === undefined ? '' : ` ${guess.replace(/[()]/g, '')}`
  return new UsageError(`${said}.${meant} See \`${path} --help\`.`)
}

/** Of arguments too many the number alone: one may be a secret that belongs to a prompt. */
function saidOnce(code: string, what: string): string {
  const text = code === 'commander.excessArguments' ? what.replace(/: .*$/s, '') : what
  return text.replace(/\.$/, '')
}

function packageVersion(): string {
  const file: { version: string } = createRequire(import.meta.url)('hookline/package.json')
  return file.version
}
