/** The line to a Hookline server: what a browser or a program of the application holds. */
import { authorized, newAccess, type Token } from './access.ts'
import { systemTiming, type Timing } from './backoff.ts'
import type { Change, LiveDocument } from './frame.ts'
import { urlOf, withoutDots } from './live-path.ts'
import { frames } from './stream.ts'
import { advance, newView } from './view.ts'
import { type WaitOptions, waitForState } from './wait-for.ts'
import { join, type LineState, type Listener } from './watch.ts'
import type { JsonObject } from './wire.ts'

export interface ConnectOptions {
  /**
   * From `app.token()` or `POST /api/v1/tokens`; a function is asked again when the server
   * refuses it. Without one, requests carry the cookies of the page that they are made from.
   */
  readonly token?: Token
  readonly fetch?: typeof globalThis.fetch
  readonly timing?: Timing
}

export interface WatchOptions {
  /**
   * Told what ended the watch, or what the callback threw. Where it is not given, the error is
   * uncaught.
   */
  readonly onError?: (error: unknown) => void
  readonly signal?: AbortSignal
}

export interface ChangesOptions {
  /** Begin with the documents that are there, as changes of type `set`. */
  readonly initial?: boolean
  readonly signal?: AbortSignal
  /** Told that a connection was made (true) or lost (false); it is then made again by itself. */
  readonly onConnection?: (isOpen: boolean) => void
  /** Told of each snapshot: the first one, and one after changes that the server has no more. */
  readonly onSnapshot?: () => void
}

type ListPath = '' | `${string}/`

export interface Line {
  /**
   * Calls back with the current state, then after each change: with the data of the document,
   * undefined where it does not exist; for a path that ends in `/`, with the documents below it in
   * path order. Returns the way to stop.
   *
   * @example const stop = line.watch('users/u_1', (user, change) => render(user))
   */
  watch<T = JsonObject>(
    path: ListPath,
    callback: (documents: readonly LiveDocument<T>[], change: Change<T> | undefined) => void,
    options?: WatchOptions,
  ): () => void
  watch<T = JsonObject>(
    path: string,
    callback: (data: T | undefined, change: Change<T> | undefined) => void,
    options?: WatchOptions,
  ): () => void

  /**
   * The state, as soon as the document exists and the predicate holds.
   *
   * @throws LineError `wait_timed_out` after `timeoutMs` milliseconds, or what ends a watch.
   * @example const order = await line.waitFor('orders/o_1', (o) => o.status === 'paid', {
   * timeoutMs: 30_000 })
   */
  waitFor<T = JsonObject>(
    path: ListPath,
    predicate: (documents: readonly LiveDocument<T>[]) => boolean,
    options?: WaitOptions,
  ): Promise<readonly LiveDocument<T>[]>
  waitFor<T = JsonObject>(
    path: string,
    predicate: (data: T) => boolean,
    options?: WaitOptions,
  ): Promise<T>

  /**
   * Each change from now on, once and in order. Asking for the first one opens the stream; leaving
   * the loop closes it. Changes that the server no longer has are given as the difference they
   * made.
   *
   * @throws LineError, or the signal's reason.
   * @example for await (const change of line.changes('users/u_1/')) console.log(change.cursor,
   * change.path)
   */
  changes<T = JsonObject>(
    prefix: string,
    options?: ChangesOptions,
  ): AsyncGenerator<Change<T>, void, void>

  /**
   * A request to an API whose key the server holds; answered as that API answers.
   *
   * @example await line.call('openai', '/v1/chat/completions', { method: 'POST', body })
   */
  call(api: string, path: string, init?: RequestInit): Promise<Response>
}

/**
 * @param baseUrl where the server is; '' in a browser for the page's own.
 * @example const line = connect('https://app.example.com', { token })
 */
export function connect(baseUrl: string, options: ConnectOptions = {}): Line {
  const line: LineState = {
    baseUrl,
    access: newAccess(options.token, options.fetch),
    timing: options.timing ?? systemTiming,
    channels: new Map(),
  }
  const typed = {
    watch: (path: string, tell: Listener['tell'], watchOptions?: WatchOptions) =>
      watch(line, path, tell, watchOptions),
    waitFor: (
      path: string,
      predicate: Parameters<typeof waitForState>[2],
      waitOptions?: WaitOptions,
    ) => waitForState(line, path, predicate, waitOptions),
    changes: (prefix: string, changesOptions?: ChangesOptions) =>
      changes(line, prefix, changesOptions),
    call: (api: string, path: string, init?: RequestInit) => call(line, api, path, init),
  }
  // The server's JSON has the shape that the application says it has, and the path says list or
  // document.
  return typed as unknown as Line
}

function watch(
  line: LineState,
  path: string,
  tell: Listener['tell'],
  { onError = uncaught, signal }: WatchOptions = {},
): () => void {
  if (signal?.aborted) return () => {}
  const { leave } = join(line, path, { tell, fail: onError, isTold: false })
  signal?.addEventListener('abort', leave)
  return () => {
    signal?.removeEventListener('abort', leave)
    leave()
  }
}

/** An error that nobody listens for must not pass in silence. */
function uncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

async function* changes(
  line: LineState,
  path: string,
  options: ChangesOptions = {},
): AsyncGenerator<Change, void, void> {
  const { initial = false, signal = new AbortController().signal } = options
  const { access, timing } = line
  const url = urlOf(line.baseUrl, '/live', path)
  const view = newView()
  const onOpen = () => options.onConnection?.(true)
  const onLost = () => options.onConnection?.(false)
  for await (const frame of frames({ access, timing, url, path, signal, onOpen, onLost })) {
    if (frame.type === 'snapshot') options.onSnapshot?.()
    const isSilent = view.cursor === undefined && !initial
    for (const change of advance(view, frame)) if (!isSilent) yield change
  }
}

async function call(line: LineState, api: string, path: string, init: RequestInit = {}) {
  const url = `${urlOf(line.baseUrl, '/call', api)}/${withoutDots(path).replace(/^\//, '')}`
  return await authorized(line.access, url, init, isOwnRefusal)
}

/**
 * The API itself may answer 401 too, and that is the caller's to read; a problem document is the
 * server's.
 */
function isOwnRefusal(response: Response): boolean {
  const type = response.headers.get('content-type') ?? ''
  return response.status === 401 && type.startsWith('application/problem+json')
}
