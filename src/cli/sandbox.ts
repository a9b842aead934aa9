/** `hookline sandbox`: the pretend companies alone, for an app that another program runs. */
import type { Command } from 'commander'
import { plainLog } from '../base/log.ts'
import { loadConfig, portDefault, sandboxPortDefault } from '../config.ts'
import { type CommonOptions, httpUrl, newCommand, portText } from './command.ts'
import { commandName, print, printJsonLine } from './output.ts'
import { stopSignal } from './signals.ts'
import { developmentSecret } from './working-files.ts'

interface SandboxOptions extends CommonOptions {
  readonly port: string
  readonly to: string
}

export function sandboxCommand(): Command {
  return newCommand('sandbox', {
    does: 'Run the sandbox alone: it answers as Stripe does and sends signed events.',
    examples: ['sandbox', 'sandbox --to http://127.0.0.1:3000/webhooks/stripe'],
    notes: [
      'It signs with STRIPE_WEBHOOK_SECRET, or else with the secret that `hookline dev` made.',
    ],
  })
    .option('--port <number>', 'where it listens', portText, String(sandboxPortDefault))
    .option(
      '--to <url>',
      'where it sends events; on this machine only',
      httpUrl,
      `http://127.0.0.1:${portDefault}/webhooks/stripe`,
    )
    .action(async (_, command: Command) => {
      await runSandbox(command.optsWithGlobals<SandboxOptions>())
    })
}

async function runSandbox({ port, to, json }: SandboxOptions): Promise<void> {
  // Loaded here: the other commands and `--help` need not wait for them.
  const { startSandboxServer } = await import('./sandbox-server.ts')
  const { stripe } = await import('../index.ts')
  const stopped = stopSignal()
  const server = await startSandboxServer({
    port: Number(port),
    portAdvice: 'another port with --port',
    endpoints: [{ provider: 'stripe', url: to, secret: secretOf(stripe) }],
    log: plainLog((line) => process.stderr.write(line)),
  })
  if (json) printJsonLine({ sandboxUrl: server.url, to })
  else {
    print(`The sandbox is at ${server.url} and sends to ${to}.`)
    print(`Send an event: ${commandName} trigger stripe payment_intent.succeeded`)
    print('Stop with Ctrl-C.')
  }
  await stopped
  await server.stop()
}

interface Signer {
  readonly secretNames: readonly string[]
  newSecret(): string
}

function secretOf(signer: Signer): string {
  const [secret] = loadConfig().secretsOf(signer.secretNames)
  return secret ?? developmentSecret(process.cwd(), 'stripe', () => signer.newSecret())
}
