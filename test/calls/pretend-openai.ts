/**
 * A pretend OpenAI: completions in one piece or token by token, each token when the test lets it
 * go, and files. It answers only to its key.
 */
import type { ServerResponse } from 'node:http'
import { type Answer, type Reached, startUpstream, type Upstream } from './upstream.ts'

export const words = ['The', ' key', ' stays', ' here', '.']

export interface PretendOpenAI {
  readonly upstream: Upstream
  /** Sends the next token of the stream that is open. */
  release(): void
  /** So many streams have begun. */
  streams(): number
  /** For the negative control: the key is in each answer that is not streamed. */
  echoesKey: boolean
}

export async function startPretendOpenAI(key: string): Promise<PretendOpenAI> {
  const state = { open: undefined as ServerResponse | undefined, sent: 0, streams: 0 }
  const answer: Answer = (response, request) => {
    if (request.headers.authorization !== `Bearer ${key}`) {
      return json(response, 401, { error: { message: `Incorrect API key: ${key.slice(0, 8)}…` } })
    }
    if (request.url === '/v1/files') return json(response, 200, fileOf(request))
    if (!JSON.parse(request.body.toString()).stream) {
      return json(response, 200, completion(pretend.echoesKey ? key : words.join('')))
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    Object.assign(state, { open: response, sent: 0, streams: state.streams + 1 })
  }
  const pretend: PretendOpenAI = {
    upstream: await startUpstream(answer),
    streams: () => state.streams,
    echoesKey: false,
    release: () => {
      const word = words[state.sent++]
      const piece = word === undefined ? '[DONE]' : JSON.stringify(chunk(word))
      state.open?.write(`data: ${piece}\n\n`)
      if (word === undefined) state.open?.end()
    },
  }
  return pretend
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1' })
  response.end(JSON.stringify(body))
}

function completion(content: string) {
  const message = { role: 'assistant', content }
  return {
    id: 'chatcmpl_1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'pretend',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
  }
}

function chunk(content: string) {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }]
  return { id: 'chatcmpl_1', object: 'chat.completion.chunk', created: 1, model: 'x', choices }
}

/** The size is that of the file within the form. */
function fileOf({ body, headers }: Reached) {
  const boundary = /boundary=(.+)$/.exec(String(headers['content-type']))?.[1] ?? ''
  const part = body
    .toString('latin1')
    .split(`--${boundary}`)
    .find((text) => text.includes('filename='))
  const bytes = part === undefined ? 0 : part.slice(part.indexOf('\r\n\r\n') + 4, -2).length
  return { id: 'file_1', object: 'file', bytes, filename: 'notes.txt', purpose: 'assistants' }
}
