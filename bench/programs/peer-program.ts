/**
 * What every server program does: it says its port, then answers questions of the bench, of which
 * `usage` is known by all.
 */

/** Where a server may store, and how it is set up. It reads no other setting. */
export interface Place {
  /** An empty folder. */
  readonly directory: string
  /** A database of its own on a PostgreSQL server. */
  readonly postgres?: string | undefined
  /** A Redis that holds nothing else. */
  readonly redisPort?: number | undefined
  readonly settings?: Readonly<Record<string, number>> | undefined
}

export interface Peer {
  readonly port: number
  /** What it does when asked, by name. */
  readonly commands?: Readonly<Record<string, (argument: string) => unknown>>
  readonly stop: () => Promise<void> | void
}

export interface Usage {
  /** Processor time of the whole process so far, and when it was read. */
  readonly cpuMs: number
  readonly atMs: number
  /** After a collection of garbage. */
  readonly residentBytes?: number
  readonly heapBytes?: number
}

export interface ToPeer {
  readonly kind: 'ask'
  readonly command: string
  readonly argument: string
}

export type FromPeer =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'answer'; readonly value: unknown; readonly error?: string }

/** @param start gives the peer once it is ready to serve. */
export async function runPeer(start: (place: Place) => Promise<Peer>): Promise<void> {
  const place = JSON.parse(process.argv[2] ?? '{}') as Place // written by server.ts
  const peer = await start(place)
  const commands = { usage, memory, ...peer.commands } as NonNullable<Peer['commands']>
  const answer = async ({ command, argument }: ToPeer): Promise<FromPeer> => {
    try {
      return { kind: 'answer', value: await commands[command]?.(argument) }
    } catch (error) {
      return { kind: 'answer', value: undefined, error: String(error) }
    }
  }
  process.on('message', (asked: ToPeer) => void answer(asked).then(send))
  process.on('disconnect', async () => {
    await peer.stop()
    process.exit(0)
  })
  send({ kind: 'ready', port: peer.port })
}

function send(message: FromPeer): void {
  process.send?.(message)
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, atMs: performance.now() }
}

function memory(): Usage {
  globalThis.gc?.()
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { ...usage(), residentBytes: rss, heapBytes: heapUsed + external }
}
