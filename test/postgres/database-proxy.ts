/**
 * A TCP proxy between Hookline and PostgreSQL: it loses the answers to commits, lets nothing
 * through without closing anything, and can be led to another server.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface DatabaseProxy {
  readonly port: number
  /** The next so many commits are cut off: each second one after the server has answered it. */
  cutCommits(count: number): void
  /** How many commits have been cut off. */
  readonly cut: () => number
  /** From now on nothing passes, and no connection is closed. */
  swallow(): void
  /** What was swallowed is lost; its connections end, and new ones pass. */
  restore(): void
  leadTo(port: number): void
  close(): Promise<void>
}

interface State {
  target: number
  cutsLeft: number
  cut: number
  isSwallowing: boolean
  readonly open: Set<Socket>
}

/** The message as the driver sends it: its kind, its length, its text. */
const commitMessage = Buffer.from([0x51, 0, 0, 0, 11, ...Buffer.from('commit\0')])

export async function openDatabaseProxy(target: number): Promise<DatabaseProxy> {
  const state: State = { target, cutsLeft: 0, cut: 0, isSwallowing: false, open: new Set() }
  const server = createServer((client) => join(state, client))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    port,
    cutCommits: (count) => {
      state.cutsLeft = count
    },
    cut: () => state.cut,
    swallow: () => {
      state.isSwallowing = true
    },
    restore: () => {
      state.isSwallowing = false
      endAll(state)
    },
    leadTo: (other) => {
      state.target = other
      endAll(state)
    },
    close: () => {
      endAll(state)
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function endAll({ open }: State): void {
  for (const socket of open) socket.destroy()
}

function join(state: State, client: Socket): void {
  state.open.add(client)
  client.on('close', () => state.open.delete(client))
  client.on('error', () => client.destroy())
  if (state.isSwallowing) return void client.resume()
  const server = connect(state.target, '127.0.0.1')
  const end = () => {
    client.destroy()
    server.destroy()
  }
  client.on('close', end)
  server.on('close', end).on('error', end)
  let isAnswerCut = false
  client.on('data', (chunk) => {
    if (state.isSwallowing) return
    server.write(chunk)
    if (state.cutsLeft === 0 || !chunk.includes(commitMessage)) return
    state.cutsLeft--
    state.cut++
    isAnswerCut = true
    // Whether the server has committed is known in every second case only, and to it alone.
    if (state.cut % 2 === 0) server.end(end)
  })
  server.on('data', (chunk) => {
    if (state.isSwallowing) return
    if (isAnswerCut) end()
    else client.write(chunk)
  })
}
