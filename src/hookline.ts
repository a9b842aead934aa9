/** The composition root: options become parts, parts become the app. */
import { hkdfSync, randomBytes } from 'node:crypto'
import { systemClock } from './base/clock.ts'
import { HooklineError } from './base/errors.ts'
import { guarded, jsonLog, type Log } from './base/log.ts'
import { keepingLines, type LogLines, newLogLines } from './base/log-lines.ts'
import { newMeter } from './base/meter.ts'
import { systemRandom } from './base/random.ts'
import { type Config, checkSchema, loadConfig } from './config.ts'
import {
  addHandler,
  deliveriesFor,
  type Handler,
  type HandlerOptions,
  type Transaction,
} from './delivery/handler.ts'
import { startReplayer } from './delivery/replay.ts'
import { newWorker } from './delivery/worker.ts'
import { type EgressOptions, newEgress } from './egress/egress.ts'
import { adminOf, issueSignInLink } from './http/auth.ts'
import { isCallPath } from './http/call.ts'
import { callOrigins } from './http/call-origins.ts'
import { answerLive } from './http/live.ts'
import { type Listening, listen } from './http/node.ts'
import { startObserving } from './http/observe.ts'
import { createServe } from './http/routes.ts'
import type { Readiness, Serve, Served } from './http/served.ts'
import { openSources } from './inbox/open-sources.ts'
import type { Inbox } from './inbox/receive.ts'
import { newRejections } from './inbox/rejections.ts'
import type { Source } from './inbox/sources.ts'
import { recogniseKeys } from './providers/key-shapes.ts'
import type { EventName, EventPayload, Provider, SourceDefinition } from './providers/provider.ts'
import { type CallInit, callFromCode, fetchForApi } from './proxy/from-code.ts'
import { type ApiDefinitions, newProxy } from './proxy/start.ts'
import { issueToken, newAccess, type TokenOptions } from './realtime/access.ts'
import { startHub } from './realtime/hub.ts'
import { withPracticeApis } from './sandbox/practice-apis.ts'
import { type AppDocument, appDocument } from './storage/app-document.ts'
import { type Migrated, type MigrationChoices, migrateDatabase } from './storage/migrate.ts'
import { type OpenOptions, openStorage } from './storage/open.ts'
import { type RetentionOptions, startRetention } from './storage/retention.ts'
import type { Storage } from './storage/storage.ts'
import { type Rewrapped, rotateMaster } from './vault/rotate-master.ts'
import { openSecrets } from './vault/secrets.ts'
import type { SecretLookup } from './vault/vault.ts'

export { type BackupStep, backupDatabase } from './storage/backup.ts'
export { pruneDatabase } from './storage/prune-database.ts'

export type SourceDefinitions = Readonly<Record<string, SourceDefinition>>

export interface HooklineOptions<Definitions extends SourceDefinitions> {
  /** Where events come from, by the name in `/webhooks/<name>`. */
  readonly sources: Definitions
  /** What may be called with this server's keys, by the name in `/call/<name>`. */
  readonly apis?: ApiDefinitions
  /** The origins beside this server's own whose pages may call: `https://app.example.com`. */
  readonly callOrigins?: readonly string[]
  /** Answers every request that is not Hookline's: your own pages and routes. */
  readonly fallback?: (request: Request) => Response | Promise<Response>
  readonly retention?: RetentionOptions
  /** Handlers that run at the same time in this process. Default 32. */
  readonly concurrency?: number
  /** How long a process may stand still before others take over what it runs. Default 20,000. */
  readonly leaseMs?: number
  /**
   * Hookline's schema, where the database is PostgreSQL: the app's own, with the app's tables
   * beside it. HOOKLINE_SCHEMA comes first. Default `hookline`.
   */
  readonly schema?: string
}

/** What `start` may be given; everything else comes from the environment and `.env.local`. */
export type StartOptions = Partial<Config> & {
  readonly log?: Log
  /** In `dev`: makes the secret of a source that has none. */
  readonly missingSecret?: (source: string, provider: Provider) => string
  /**
   * For tests: which addresses beside the public ones may be called for certificates and key sets.
   */
  readonly egress?: EgressOptions
}

export interface Hookline<Definitions extends SourceDefinitions = SourceDefinitions> {
  /** Answers any request: webhooks, live streams, the admin API, and the fallback. */
  fetch(request: Request): Promise<Response>
  /**
   * Calls `run` for each event of this type; `'*'` for all types. What it asks of `tx` is committed
   * exactly once. @throws HooklineError `config_invalid` for an unknown source or a name used
   * twice.
   */
  on<Source extends keyof Definitions & string, Type extends EventName<Definitions[Source]>>(
    source: Source,
    type: Type,
    run: (event: EventPayload<Definitions[Source], Type>, tx: Transaction) => unknown,
    options?: HandlerOptions<EventPayload<Definitions[Source], Type>>,
  ): void
  /** A client token, a JWT: what its bearer may read, and for how many seconds. */
  token(options: TokenOptions): Promise<string>
  /**
   * Calls an API with its key, and again where that can do no harm.
   * @example const answer = await app.call('stripe', '/v1/balance')
   */
  call(api: string, path: string, init?: CallInit): Promise<Response>
  /** A `fetch` for an API's own SDK: it adds the key, and calls no other host. */
  fetchFor(api: string): typeof globalThis.fetch
  /** How its database is opened and how long what is kept, for tools that work on it. */
  database(config?: Partial<Config>): OpenOptions & { readonly retention: RetentionOptions }
  /** Reads and writes one document outside of a handler. */
  doc(path: string): AppDocument
  /**
   * Brings the database's schema up to date, which `start` does as well where its role may; with
   * `isPlan` it only tells what would run. `onStep` is told of each migration as it begins.
   */
  migrate(options?: Partial<Config> & Partial<MigrationChoices>): Promise<Migrated>
  /**
   * Puts the vault under another master key. Killed half-way, it goes on where it was.
   * @throws HooklineError `master_key_wrong` where the vault is under neither of the two.
   */
  rotateMasterKey(options: RotateMasterKeyOptions): Promise<Rewrapped>
  /** Opens the database and runs the workers. */
  start(options?: StartOptions): Promise<void>
  /** Listens for HTTP on the configured port, and on the admin port where there is one. */
  listen(): Promise<{ url: string; adminUrl: string }>
  /** A link that signs its first user in as admin, once, within ten minutes. */
  signInLink(baseUrl: string): Promise<string>
  /** The sources with their secrets, for tools that run beside the server. */
  sources(): Promise<Source[]>
  /**
   * Drains: takes nothing new, lets handlers end within `graceMs` (30,000), hands the rest back.
   */
  stop(graceMs?: number): Promise<void>
}

export interface RotateMasterKeyOptions {
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly config?: Partial<Config>
}

interface Parts {
  readonly config: Config
  readonly served: Served
  readonly serve: Serve
}

interface App {
  readonly options: HooklineOptions<SourceDefinitions>
  readonly handlers: Map<string, Handler>
  startOptions: StartOptions
  parts: Promise<Parts> | undefined
  stopWorking: ((graceMs: number) => Promise<void>) | undefined
  listeners: Listening[]
  isStopping: boolean
}

const graceMsDefault = 30_000

/** Makes an app of its sources. Nothing is opened before `start` or the first request. */
export function hookline<const Definitions extends SourceDefinitions>(
  options: HooklineOptions<Definitions>,
): Hookline<Definitions> {
  const app: App = {
    options,
    handlers: new Map(),
    startOptions: {},
    parts: undefined,
    stopWorking: undefined,
    listeners: [],
    isStopping: false,
  }
  return {
    fetch: async (request) => (await opened(app)).serve(request),
    on: (source, type, run, handlerOptions = {}) => {
      const provider = options.sources[source]?.provider
      addHandler(app.handlers, { source, provider, type, run, options: handlerOptions })
    },
    token: async (token) => (await issueToken((await opened(app)).served.access, token)).token,
    call: async (api, path, init) =>
      callFromCode((await opened(app)).served.calls.proxy, { api, path, init }),
    fetchFor: (api) => async (input, init) =>
      fetchForApi((await opened(app)).served.calls.proxy, api)(input, init),
    database: (config = {}) => ({
      ...databaseOf(app, { ...loadConfig(), ...config }),
      retention: options.retention ?? {},
    }),
    doc: (path) => appDocument(async () => (await opened(app)).served.storage, path),
    migrate: ({ isPlan = false, onStep, ...config } = {}) =>
      migrateDatabase({ ...databaseOf(app, { ...loadConfig(), ...config }), isPlan, onStep }),
    rotateMasterKey: async ({ from, to, config }) => {
      const storage = await openStorage(databaseOf(app, { ...loadConfig(), ...config }))
      const actor = { kind: 'cli', id: 'keys rotate-master' } as const
      return await rotateMaster({ storage, from, to, actor }).finally(() => storage.close())
    },
    start: (startOptions) => start(app, startOptions),
    listen: () => listenAll(app),
    signInLink: async (baseUrl) => {
      const { served } = await opened(app)
      return await issueSignInLink(
        { sessionKey: served.admin.sessionKey, clock: served.clock },
        baseUrl,
      )
    },
    sources: async () => [...(await opened(app)).served.inbox.sources.values()],
    stop: (graceMs = graceMsDefault) => stop(app, graceMs),
  }
}

function opened(app: App): Promise<Parts> {
  if (app.isStopping) {
    throw new HooklineError(
      'storage_closed',
      'Hookline has been stopped. Make a new app with hookline() to start again.',
    )
  }
  app.parts ??= openParts(app)
  return app.parts
}

async function openParts(app: App): Promise<Parts> {
  const config: Config = { ...loadConfig(), ...app.startOptions }
  const logs = newLogLines(systemClock)
  const log = guarded(keepingLines(logs, app.startOptions.log ?? jsonLog()))
  const storage = await openStorage({ ...databaseOf(app, config), log })
  const served = await makeServed(app, { config, log, logs, storage })
  return { config, served, serve: createServe(served) }
}

function databaseOf(app: App, { database, schema }: Config): OpenOptions {
  const own = schema ?? checkSchema('hookline({ schema })', app.options.schema)
  const common = { database, clock: systemClock, random: systemRandom }
  return own === undefined ? common : { ...common, schema: own }
}

async function makeServed(
  app: App,
  { config, log, logs, storage }: { config: Config; log: Log; logs: LogLines; storage: Storage },
): Promise<Served> {
  // Without a master key, tokens and sessions are good until the process ends.
  const masterKey = config.masterKey ?? randomBytes(32)
  const secrets = await openSecrets({
    storage,
    config,
    recognise: recogniseKeys,
    clock: systemClock,
    log,
  })
  const { sources, stop } = await openSources(app.options.sources, {
    config,
    log,
    ...secrets,
    missingSecret: app.startOptions.missingSecret,
  })
  const wanted: Inbox['deliveriesFor'] = (event) => deliveriesFor(app.handlers, event)
  return {
    storage,
    inbox: {
      sources,
      storage,
      rejections: newRejections(storage, log),
      meter: newMeter(),
      clock: systemClock,
      log,
      deliveriesFor: wanted,
      fetch: newEgress(app.startOptions.egress),
    },
    hub: startHub(storage, log),
    mode: config.mode,
    ...secrets,
    stopSecrets: () => {
      stop()
      secrets.lookup.stop()
    },
    access: newAccess(masterKey, systemClock),
    logs,
    server: serverInfo(app, config),
    calls: {
      proxy: proxyOf(app, { config, log, storage, lookup: secrets.lookup }),
      origins: callOrigins(app.options.callOrigins, config.publicUrl),
    },
    admin: adminOf(config, derive(masterKey, 'hookline admin sessions')),
    handlers: [...app.handlers.values()].map(({ target, source, name, type }) => ({
      target,
      source,
      name,
      type,
    })),
    deliveriesFor: wanted,
    fallback: app.options.fallback,
    clock: systemClock,
    log,
    random: systemRandom,
    readiness: () => readiness(app, storage),
  }
}

function proxyOf(
  app: App,
  {
    config,
    log,
    storage,
    lookup,
  }: { config: Config; log: Log; storage: Storage; lookup: SecretLookup },
): Served['calls']['proxy'] {
  return newProxy({
    apis: withPracticeApis(app.options.apis, serverInfo(app, config)),
    mode: config.mode,
    egress: app.startOptions.egress,
    secretsOf: async (names) => (await lookup.use(names, config.mode, 'proxy')).values,
    storage,
    clock: systemClock,
    log,
    random: systemRandom,
  })
}

function serverInfo({ options, startOptions }: App, config: Config): Served['server'] {
  const isDev = startOptions.missingSecret !== undefined
  const { publicUrl, sandboxUrl } = config
  return { isDev, publicUrl, sandboxUrl, retention: options.retention ?? {} }
}

function derive(masterKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', purpose, 32))
}

async function readiness(app: App, storage: Storage): Promise<Readiness> {
  const reasons: string[] = []
  if (app.isStopping) reasons.push('stopping')
  if (!app.stopWorking) reasons.push('workers not started')
  try {
    return { reasons, ...(await storage.check()) }
  } catch (error) {
    reasons.push(error instanceof Error ? error.message : 'the database does not answer')
    return { reasons, replication: undefined }
  }
}

async function start(app: App, startOptions: StartOptions = {}): Promise<void> {
  if (app.stopWorking) return
  if (!app.parts) app.startOptions = startOptions
  const { served } = await opened(app)
  const { storage, clock, log, random } = served
  const worker = newWorker({
    storage,
    handlers: app.handlers,
    clock,
    log,
    meter: served.inbox.meter,
    random,
    ...pick(app.options, 'concurrency', 'leaseMs'),
  })
  worker.start()
  const stopReplayer = startReplayer({ storage, log, deliveriesFor: served.deliveriesFor })
  const retention = app.options.retention ?? {}
  const stopRetention = startRetention({ storage, clock, log, retention })
  const stopObserving = startObserving(served)
  app.stopWorking = async (graceMs) => {
    stopReplayer()
    stopRetention()
    await worker.stop(graceMs)
    await stopObserving()
  }
}

function pick<T extends object, K extends keyof T>(from: T, ...keys: K[]): Pick<T, K> {
  const entries = keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))
  return Object.fromEntries(entries) as Pick<T, K> // only those keys were taken
}

async function listenAll(app: App): Promise<{ url: string; adminUrl: string }> {
  const { config, served, serve } = await opened(app)
  const isCall = (path: string) => isCallPath(served.calls, path)
  const live = (request: Request) => answerLive(served, request)
  const common = { inbox: served.inbox, serve, isCall, live, host: config.host }
  const { port, adminPort } = config
  const isSplit = adminPort !== undefined
  const main = await listen({ ...common, surface: isSplit ? 'public' : 'all', port })
  app.listeners.push(main)
  if (!isSplit) return { url: main.url, adminUrl: main.url }
  const admin = await listen({ ...common, surface: 'admin', port: adminPort })
  app.listeners.push(admin)
  return { url: main.url, adminUrl: admin.url }
}

/** Streams end first, because a listener closes only when its connections have. */
async function stop(app: App, graceMs: number): Promise<void> {
  if (app.isStopping || !app.parts) return
  const { served } = await app.parts
  app.isStopping = true
  const closing = app.listeners.map((listener) => listener.close(graceMs))
  served.hub.stop()
  served.stopSecrets()
  await Promise.all([...closing, app.stopWorking?.(graceMs)])
  await served.calls.proxy.calls.stop()
  await served.storage.close()
}
