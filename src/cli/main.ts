/**
 * The program: its commands, and what becomes of an error. Exit 0 is done, 1 failed, 2 wrong usage.
 * What the commands do is in their own files.
 */
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { adminKeysCommand } from './admin-keys.ts'
import { auditCommand } from './audit.ts'
import { backupCommand } from './backup.ts'
import { devCommand } from './dev.ts'
import { doctorCommand } from './doctor.ts'
import { eventsCommand } from './events.ts'
import { failureLine, toFailure, UsageError } from './failure.ts'
import { initCommand } from './init.ts'
import { keysCommand } from './keys.ts'
import { listenCommand } from './listen.ts'
import { migrateCommand } from './migrate.ts'
import { pruneCommand } from './prune.ts'
import { sandboxCommand } from './sandbox.ts'
import { serveCommand } from './serve.ts'
import { triggerCommand } from './trigger.ts'

/** Runs one command. Resolves with the exit code; prints errors and never throws. */
export async function main(args: readonly string[]): Promise<number> {
  const program = buildProgram()
  try {
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

/** All commands, each with its help; nothing runs before `parseAsync`. */
export function buildProgram(): Command {
  const program = new Command('hookline')
    .description('Receives webhooks, runs your handlers exactly once, and shows it as it happens.')
    .version(packageVersion(), '-V, --version')
    .option('--json', 'print JSON, for machines')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', '\nExample:\n  $ hookline dev\n\nMore: hookline <command> --help')
  for (const command of [
    devCommand(),
    serveCommand(),
    adminKeysCommand(),
    doctorCommand(),
    initCommand(),
    migrateCommand(),
    backupCommand(),
    pruneCommand(),
    listenCommand(),
    sandboxCommand(),
    triggerCommand(),
    eventsCommand(),
    keysCommand(),
    auditCommand(),
  ]) {
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
