/**
 * What every server program in `peers/` does: it says its port, and its processor time when asked.
 */

export interface Peer {
  readonly port: number
  /** Takes up work that was put off while requests came in. */
  readonly catchUp?: () => Promise<void>
  readonly stop: () => Promise<void> | void
}

export type ToPeer = { readonly kind: 'ask-usage' } | { readonly kind: 'catch-up' }

export type FromPeer =
  | { readonly kind: 'ready'; readonly port: number }
  /** Processor time of the whole process so far, and when it was read. */
  | { readonly kind: 'usage'; readonly cpuMs: number; readonly atMs: number }

/** @param start is given the empty folder in which the peer may store. */
export async function runPeer(start: (directory: string) => Promise<Peer>): Promise<void> {
  const peer = await start(process.argv[2] ?? '.')
  process.on('message', (message: ToPeer) => {
    if (message.kind === 'catch-up') void peer.catchUp?.()
    else send(usage())
  })
  process.on('disconnect', async () => {
    await peer.stop()
    process.exit(0)
  })
  send({ kind: 'ready', port: peer.port })
}

function send(message: FromPeer): void {
  process.send?.(message)
}

function usage(): FromPeer {
  const { user, system } = process.cpuUsage()
  return { kind: 'usage', cpuMs: (user + system) / 1000, atMs: performance.now() }
}
