/**
 * The negative control: the same page behind a proxy that adds the key as ours does, and passes on
 * whatever comes back. All but the calls is answered by the app.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LeakingOptions {
  readonly front: string
  readonly upstream: string
  readonly key: string
}

export async function leakingProxy({ front, upstream, key }: LeakingOptions) {
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const isCall = url.startsWith('/call/openai')
    const answer = isCall
      ? await fetch(upstream + url.slice('/call/openai'.length), {
          method,
          headers: { authorization: `Bearer ${key}` },
          body: Buffer.concat(pieces),
        })
      : await fetch(front + url)
    const type = answer.headers.get('content-type') ?? 'text/plain'
    response.writeHead(answer.status, { 'content-type': type }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
