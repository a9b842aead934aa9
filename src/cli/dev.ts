/**
 * `hookline dev`: everything for local work. This process runs the sandbox and watches the files; a
 * child runs the app, so that a reload, a crash or an endless loop of the app takes nothing else
 * down.
 */
import type { Command } from 'commander'
import { plainLog } from '../base/log.ts'
import { loadConfig, sandboxPortDefault } from '../config.ts'
import { type AppFile, demoAppFile, findAppFile } from './app-file.ts'
import { type CommonOptions, newCommand, portText } from './command.ts'
import { runApp } from './dev/run-app.ts'
import { commandName, print } from './output.ts'
import type { SandboxServer } from './sandbox-server.ts'
import { developmentKeys } from './working-files.ts'

interface DevOptions extends CommonOptions {
  readonly port?: string
  readonly host?: string
  readonly database?: string
  readonly sandboxPort: string
  readonly sandbox: boolean
}

export function devCommand(): Command {
  return newCommand('dev', {
    does: 'Run everything for local work: your app, the sandbox, the dashboard.',
    examples: ['dev', 'dev hookline.ts --port 3000'],
    notes: [
      'It reloads when a file in the folder of your app changes. Its keys and its database are\n' +
        'in .hookline/ of the folder it is started in. Without a file of yours it runs a demo.',
    ],
  })
    .argument('[file]', 'the app; else hookline.ts, .js or .mjs of this folder, else the demo')
    .option('--port <number>', 'where it listens; else HOOKLINE_PORT, else 4600', portText)
    .option('--sandbox-port <number>', 'for the sandbox', portText, String(sandboxPortDefault))
    .option('--host <address>', 'the address it listens at; else HOOKLINE_HOST, else 127.0.0.1')
    .option('--database <file>', 'else HOOKLINE_DATABASE, else .hookline/hookline.db')
    .option('--no-sandbox', 'without the sandbox')
    .action(async (file: string | undefined, _, command: Command) => {
      await dev(file, command.optsWithGlobals<DevOptions>())
    })
}

async function dev(named: string | undefined, options: DevOptions): Promise<void> {
  const directory = process.cwd()
  const file = findAppFile(named, directory) ?? demo(options)
  loadConfig({ flags: options, directory }) // What is not usable is said before anything starts.
  developmentKeys(directory)
  const sandbox = options.sandbox ? await startSandbox(options) : undefined
  try {
    await runApp({ file, directory, flags: options, sandbox, isJson: options.json ?? false })
  } finally {
    await sandbox?.stop()
  }
}

/** Said before anything starts, because what goes wrong then is of the demo, and not of an app. */
function demo({ json }: DevOptions): AppFile {
  const file = demoAppFile()
  if (!json) {
    print(`There is no hookline.ts in this folder, so this is ${file.shownAs}.`)
    print(`An app of your own: ${commandName} init\n`)
  }
  return file
}

async function startSandbox({ sandboxPort }: DevOptions): Promise<SandboxServer> {
  // Loaded here: the other commands and `--help` need not wait for it.
  const { startSandboxServer } = await import('./sandbox-server.ts')
  return await startSandboxServer({
    port: Number(sandboxPort),
    portAdvice: 'other ports with --port and --sandbox-port',
    endpoints: [],
    log: plainLog((line) => process.stderr.write(line)),
  })
}
