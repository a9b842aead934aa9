/**
 * The load generator, a process of its own: so many kept-alive connections, each with one request
 * at a time and the next as soon as the answer is there. Requests are signed ahead. It measures
 * between a warm-up and a last phase in which open requests are answered but not counted.
 */
import { type Connection, openConnection } from './connection.ts'
import { type PreparedRequests, prepareRequests } from './prepared-requests.ts'

export interface LoadOrder {
  readonly kind: 'run'
  readonly port: number
  readonly connections: number
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
  counted: number
  beganAt: number
  endedAt: number
  cpu: NodeJS.CpuUsage
  readonly finished: PromiseWithResolvers<void>
}

/** Receivers refuse what was signed more than 300 seconds ago. */
const signedSecondsMax = 120

let prepared: PreparedRequests | undefined

process.on('message', (order: LoadOrder) => {
  void runLoad(order).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit(0))

async function runLoad(order: LoadOrder): Promise<LoadReport> {
  const run = newRun(freshRequests(order))
  const lanes = await openLanes(run, order)
  run.open = lanes.length
  for (const lane of lanes) sendNext(run, lane)
  setTimeout(() => begin(run), order.warmUpMs)
  setTimeout(() => end(run), order.warmUpMs + order.measureMs)
  await run.finished.promise
  for (const { connection } of lanes) connection.close()
  return reportOf(run)
}

/** The same requests serve several runs, as each has an empty database. */
function freshRequests({ requestsMax, seed }: LoadOrder): PreparedRequests {
  const now = Math.floor(Date.now() / 1000)
  const isFresh = prepared?.count === requestsMax && now - prepared.signedAt < signedSecondsMax
  if (!prepared || !isFresh) prepared = prepareRequests({ count: requestsMax, signedAt: now, seed })
  return prepared
}

function newRun(requests: PreparedRequests): Run {
  return {
    requests,
    isAcknowledged: new Uint8Array(requests.count),
    latenciesUs: new Uint32Array(requests.count),
    refused: {},
    phase: 'warming',
    next: 0,
    open: 0,
    counted: 0,
    beganAt: 0,
    endedAt: 0,
    cpu: process.cpuUsage(),
    finished: Promise.withResolvers(),
  }
}

function openLanes(run: Run, { port, connections }: LoadOrder): Promise<Lane[]> {
  return Promise.all(Array.from({ length: connections }, () => openLane(run, port)))
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

function sendNext(run: Run, lane: Lane): void {
  if (run.next === run.requests.count) end(run)
  if (run.phase === 'draining') {
    run.open--
    if (run.open === 0) run.finished.resolve()
    return
  }
  lane.index = run.next++
  run.requests.write(lane.buffer, lane.index)
  lane.sentAt = performance.now()
  lane.connection.send(lane.buffer)
}

function answered(run: Run, lane: Lane, status: number): void {
  if (status !== 200) run.refused[status] = (run.refused[status] ?? 0) + 1
  else {
    run.isAcknowledged[lane.index] = 1
    if (run.phase === 'measuring') {
      run.latenciesUs[run.counted++] = (performance.now() - lane.sentAt) * 1000
    }
  }
  sendNext(run, lane)
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
