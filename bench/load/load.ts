/**
 * The load generator, a process of its own: so many kept-alive connections, each with one request
 * at a time. The next is sent as soon as the answer is there, or where a rate is given when it is
 * due. Requests are signed ahead. It measures between a warm-up and a last phase in which open
 * requests are answered but not counted.
 */
import { type Connection, openConnection } from './connection.ts'
import { type PreparedRequests, prepareRequests } from './prepared-requests.ts'

export interface LoadOrder {
  readonly kind: 'run'
  /** Connections are dealt out to them in turn. */
  readonly ports: readonly number[]
  readonly connections: number
  /**
   * Requests are due at this rate whether or not others are answered, and latency counts from when
   * one was due. Undefined: as many as are answered.
   */
  readonly ratePerSecond?: number | undefined
  readonly warmUpMs: number
  readonly measureMs: number
  /** Signed ahead. The measurement ends early when all are used; its rate stays right. */
  readonly requestsMax: number
  readonly seed: number
}

export interface LoadReport {
  readonly kind: 'report'
  /** Answers with 200 within the time measured. */
  readonly requests: number
  readonly measuredMs: number
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
  /** Of this process, in the time measured: what the load itself costs beside the server. */
  readonly cpuMs: number
  readonly bodyBytes: number
  /** The id of each event that was answered 200, warm-up and last phase included. */
  readonly acknowledged: readonly string[]
  /** Answers by any other status. */
  readonly refused: Readonly<Record<string, number>>
}

export type LoadMessage = { readonly kind: 'began' } | { readonly kind: 'ended' } | LoadReport

interface Lane {
  connection: Connection
  readonly buffer: Buffer
  index: number
  sentAt: number
}

interface Run {
  readonly requests: PreparedRequests
  readonly isAcknowledged: Uint8Array
  readonly latenciesUs: Uint32Array
  readonly refused: Record<string, number>
  phase: 'warming' | 'measuring' | 'draining'
  next: number
  open: number
  /** Without a request, where a rate is given. */
  idle: Lane[]
  readonly intervalMs: number
  dueAt: number
  counted: number
  beganAt: number
  endedAt: number
  cpu: NodeJS.CpuUsage
  readonly finished: PromiseWithResolvers<void>
}

/** What is due is looked for this often: no finer than the system's timers. */
const dueCheckMs = 1
/** Receivers refuse what was signed more than 300 seconds ago. */
const signedSecondsMax = 120

let prepared: PreparedRequests | undefined

process.on('message', (order: LoadOrder) => {
  void runLoad(order).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit(0))

async function runLoad(order: LoadOrder): Promise<LoadReport> {
  const run = newRun(freshRequests(order), order)
  const lanes = await openLanes(run, order)
  run.open = lanes.length
  run.dueAt = performance.now()
  for (const lane of lanes) next(run, lane)
  const timer = run.intervalMs > 0 ? setInterval(() => sendDue(run), dueCheckMs) : undefined
  setTimeout(() => begin(run), order.warmUpMs)
  setTimeout(() => end(run), order.warmUpMs + order.measureMs)
  await run.finished.promise.finally(() => clearInterval(timer))
  for (const { connection } of lanes) connection.close()
  return reportOf(run)
}

/** The same requests serve several runs, as each has an empty database. */
function freshRequests({ requestsMax, seed }: LoadOrder): PreparedRequests {
  const now = Math.floor(Date.now() / 1000)
  const isSame = prepared?.count === requestsMax && prepared.seed === seed
  const isFresh = now - (prepared?.signedAt ?? 0) < signedSecondsMax
  if (!prepared || !isSame || !isFresh)
    prepared = prepareRequests({ count: requestsMax, signedAt: now, seed })
  return prepared
}

function newRun(requests: PreparedRequests, { ratePerSecond }: LoadOrder): Run {
  return {
    requests,
    isAcknowledged: new Uint8Array(requests.count),
    latenciesUs: new Uint32Array(requests.count),
    refused: {},
    phase: 'warming',
    next: 0,
    open: 0,
    idle: [],
    intervalMs: ratePerSecond ? 1000 / ratePerSecond : 0,
    dueAt: 0,
    counted: 0,
    beganAt: 0,
    endedAt: 0,
    cpu: process.cpuUsage(),
    finished: Promise.withResolvers(),
  }
}

function openLanes(run: Run, { ports, connections }: LoadOrder): Promise<Lane[]> {
  const portOf = (lane: number) => ports[lane % ports.length] ?? 0
  return Promise.all(Array.from({ length: connections }, (_, lane) => openLane(run, portOf(lane))))
}

async function openLane(run: Run, port: number): Promise<Lane> {
  const lane = { buffer: run.requests.buffer(), index: 0, sentAt: 0 }
  const connection = await openConnection({
    port,
    onAnswer: (status) => answered(run, opened, status),
    onFault: run.finished.reject,
  })
  const opened: Lane = Object.assign(lane, { connection })
  return opened
}

function next(run: Run, lane: Lane): void {
  if (run.phase === 'draining') close(run, 1)
  else if (run.intervalMs === 0) send(run, lane, performance.now())
  else {
    run.idle.push(lane)
    sendDue(run)
  }
}

function sendDue(run: Run): void {
  const now = performance.now()
  while (run.dueAt <= now && run.phase !== 'draining') {
    const lane = run.idle.pop()
    if (!lane) return
    send(run, lane, run.dueAt)
    run.dueAt += run.intervalMs
  }
}

function send(run: Run, lane: Lane, sentAt: number): void {
  lane.index = run.next++
  run.requests.write(lane.buffer, lane.index)
  lane.sentAt = sentAt
  lane.connection.send(lane.buffer)
  if (run.next === run.requests.count) end(run)
}

function close(run: Run, lanes: number): void {
  run.open -= lanes
  if (run.open === 0) run.finished.resolve()
}

function answered(run: Run, lane: Lane, status: number): void {
  if (status !== 200) run.refused[status] = (run.refused[status] ?? 0) + 1
  else {
    run.isAcknowledged[lane.index] = 1
    if (run.phase === 'measuring') {
      run.latenciesUs[run.counted++] = (performance.now() - lane.sentAt) * 1000
    }
  }
  next(run, lane)
}

function begin(run: Run): void {
  if (run.phase !== 'warming') return
  run.phase = 'measuring'
  run.beganAt = performance.now()
  run.cpu = process.cpuUsage()
  process.send?.({ kind: 'began' })
}

function end(run: Run): void {
  if (run.phase === 'draining') return
  if (run.phase === 'warming') throw new Error('All requests were used before the warm-up ended.')
  run.phase = 'draining'
  run.endedAt = performance.now()
  run.cpu = process.cpuUsage(run.cpu)
  process.send?.({ kind: 'ended' })
  close(run, run.idle.length)
}

function reportOf(run: Run): LoadReport {
  const latenciesUs = run.latenciesUs.subarray(0, run.counted).sort()
  const quantileMs = (q: number) => (latenciesUs[Math.floor(q * (run.counted - 1))] ?? 0) / 1000
  const acknowledged: string[] = []
  run.isAcknowledged.forEach((isIt, index) => {
    if (isIt) acknowledged.push(run.requests.eventId(index))
  })
  return {
    kind: 'report',
    requests: run.counted,
    measuredMs: run.endedAt - run.beganAt,
    latencyP50Ms: quantileMs(0.5),
    latencyP99Ms: quantileMs(0.99),
    cpuMs: (run.cpu.user + run.cpu.system) / 1000,
    bodyBytes: run.requests.bodyBytes,
    acknowledged,
    refused: run.refused,
  }
}
