/** `hookline connect`: joins a source to its provider, from the key to the first verified event. */
import { type Command, InvalidArgumentError } from 'commander'
import { ApiError, type ConnectOptions, type ConnectView } from '../client/admin.ts'
import { httpUrl, newCommand, wholeNumber } from './command.ts'
import { makeByHand } from './connect/by-hand.ts'
import { checkDrift } from './connect/check.ts'
import type { Connecting } from './connect/connecting.ts'
import { makeEndpoint } from './connect/endpoint.ts'
import { requireKey } from './connect/key.ts'
import { unknownSource } from './connect/unknown-source.ts'
import { waitForEvent } from './connect/wait.ts'
import { findServer, type Server, type ServerOptions, withServerOption } from './events/server.ts'
import { UsageError } from './failure.ts'
import { printJson } from './output.ts'

const waitSecondsDefault = 120
const waitSecondsMax = 86_400

interface Options extends ServerOptions {
  readonly check?: boolean
  readonly fix?: boolean
  readonly apiBase?: string
  readonly publicUrl?: string
  readonly repository?: string
  readonly wait: number
}

export function connectCommand(): Command {
  const command = newCommand('connect', {
    does: 'Join a source to its provider: key, webhook endpoint, secret, first event.',
    examples: [
      'connect stripe',
      'connect github --repository octocat/hello-world',
      'connect stripe --check --fix',
    ],
    notes: [
      'It talks to the running server. The key is asked for, or read from standard input\n' +
        '(`< key.txt`), and is never an argument. Broken off, it goes on where it ended.',
      'With --check it changes nothing, and exits with 1 where the endpoint at the provider is\n' +
        'not what the handlers listen to; with --fix as well it puts that right.',
    ],
  })
    .argument('<source>', 'the source in hookline.ts, or its provider, such as stripe')
    .option('--check', 'only look how the endpoint differs from what the app wants')
    .option('--fix', 'with --check: put it right')
    .option('--public-url <url>', 'where the provider reaches this server', httpUrl)
    .option('--repository <name>', 'of GitHub, such as octocat/hello-world', repository)
    .option('--api-base <url>', 'the sandbox, in place of the provider', httpUrl)
    .option('--wait <s>', 'for the first event', wholeNumber(0, waitSecondsMax), waitSecondsDefault)
  return withServerOption(command).action(async (name: string, _, self: Command) => {
    await connect(name, self.optsWithGlobals<Options>())
  })
}

async function connect(name: string, options: Options): Promise<void> {
  if (options.fix && !options.check) {
    throw new UsageError(
      '--fix was given without --check. Without the two, connect makes and repairs by itself. ' +
        'Leave --fix away, or add --check.',
    )
  }
  const connecting = await begin(name, options)
  if (options.check) return await checkDrift(connecting, options.fix ?? false)
  if (!connecting.view.isMadeHere) await makeByHand(connecting)
  else {
    await requireKey(connecting)
    await makeEndpoint(connecting)
  }
  await waitForEvent(connecting, Number(options.wait) * 1_000)
  if (options.json) printJson(await result(connecting))
}

async function begin(name: string, options: Options): Promise<Connecting> {
  const server = findServer(options)
  const first = await viewOf(server, name)
  const apiBase = options.apiBase ?? first.sandboxUrl ?? undefined
  // A sandbox of this machine reaches the server where this command does.
  const publicUrl = options.publicUrl ?? (apiBase === undefined ? undefined : server.liveUrl)
  const { repository: place } = options
  const given: ConnectOptions = {
    ...(apiBase !== undefined && { apiBase }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(place !== undefined && { place }),
  }
  const view = await server.api.connect.get(first.source, given)
  return { api: server.api, view, given, isJson: options.json ?? false }
}

/** By the name of the source, else by that of its provider where one source alone has it. */
async function viewOf({ api }: Server, name: string): Promise<ConnectView> {
  try {
    return await api.connect.get(name)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'source_unknown') throw error
    const { data } = await api.sources.list({ limit: 200 })
    const [only, second] = data.filter(({ provider }) => provider === name)
    if (!only || second) throw await unknownSource(name, data)
    return await api.connect.get(only.name)
  }
}

async function result({ api, view, given, endpoint }: Connecting): Promise<object> {
  const { steps, next } = await api.connect.get(view.source, given)
  return { source: view.source, url: view.url, endpoint: endpoint ?? null, steps, next }
}

function repository(text: string): string {
  if (/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(text)) return text
  throw new InvalidArgumentError('It is an owner and a name, such as octocat/hello-world.')
}
