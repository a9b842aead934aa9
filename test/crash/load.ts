/**
 * A provider: sends signed events on several connections, and sends again what was not answered
 * 2xx, as providers do. It lives in the test's process, which survives. An id counts as
 * acknowledged only once the whole answer is there. It never gives up an id by itself; the test
 * bounds the time.
 */
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { between, type Random } from '../../src/base/testing/random.ts'
import { type EventOptions, type SignedEvent, stripeEvent } from './stripe-event.ts'

const answerWithinMs = 8_000
/** A provider waits longer; the test has less time. */
const resendAfterMs = 100
/** Of the events, this part is sent twice at the same instant, and this part once more later. */
const twiceAtOnce = 0.1
const onceMore = 0.05

export interface LoadOptions {
  /** Where the app listens now; undefined while it is down. */
  readonly target: () => string | undefined
  readonly random: Random
  readonly connections: number
  readonly eventsMax: number
  /** The longest pause of a connection between two events. */
  readonly pauseMsMax: number
  readonly eventOptions: (index: number) => EventOptions
}

export interface Load {
  readonly options: LoadOptions
  readonly agent: Agent
  readonly sent: Set<string>
  readonly acknowledged: Set<string>
  /** How often each answer came; `none` where there was no whole answer. */
  readonly answers: Map<number | 'none', number>
  /** Indices to send again, repeats of what was acknowledged among them. */
  readonly again: number[]
  /** Indices below this have been sent. */
  next: number
  /** Once set, no new event is begun; what was begun is sent until it is acknowledged. */
  isClosing: boolean
  underway: number
  done: Promise<void>
}

export function startLoad(options: LoadOptions): Load {
  const load: Load = {
    options,
    agent: new Agent({ keepAlive: true }),
    sent: new Set(),
    acknowledged: new Set(),
    answers: new Map(),
    again: [],
    next: 0,
    isClosing: false,
    underway: 0,
    done: Promise.resolve(),
  }
  const lines = Array.from({ length: options.connections }, () => keepSending(load))
  load.done = Promise.all(lines).then(() => load.agent.destroy())
  return load
}

/** Begins no new event. Resolves when all that were begun are acknowledged. */
export function finishLoad(load: Load): Promise<void> {
  load.isClosing = true
  return load.done
}

async function keepSending(load: Load): Promise<void> {
  const { random, pauseMsMax } = load.options
  while (!isOver(load)) {
    const index = take(load)
    if (index !== undefined) await sendUntilAnswered(load, index)
    await sleep(between(random, 1, pauseMsMax))
  }
}

function isOver(load: Load): boolean {
  const isAllBegun = load.isClosing || load.next >= load.options.eventsMax
  return isAllBegun && load.again.length === 0 && load.underway === 0
}

function take(load: Load): number | undefined {
  const again = load.again.shift()
  if (again !== undefined) return again
  const isMore = !load.isClosing && load.next < load.options.eventsMax
  return isMore ? load.next++ : undefined
}

async function sendUntilAnswered(load: Load, index: number): Promise<void> {
  const { random, eventOptions } = load.options
  load.underway++
  const event = stripeEvent(`e${index}`, eventOptions(index))
  const isRepeat = load.acknowledged.has(event.id)
  const copies = !isRepeat && random() < twiceAtOnce ? 2 : 1
  const answered = await Promise.all(Array.from({ length: copies }, () => send(load, event)))
  if (answered.includes(false)) {
    await sleep(resendAfterMs)
    load.again.push(index)
  } else if (!isRepeat && random() < onceMore) {
    load.again.push(index)
  }
  load.underway--
}

async function send(load: Load, event: SignedEvent): Promise<boolean> {
  const url = load.options.target()
  if (url === undefined) return false
  load.sent.add(event.id)
  const status = await post(`${url}/webhooks/stripe`, event, load.agent)
  load.answers.set(status ?? 'none', (load.answers.get(status ?? 'none') ?? 0) + 1)
  const isAcknowledged = status !== undefined && status >= 200 && status < 300
  if (isAcknowledged) load.acknowledged.add(event.id)
  return isAcknowledged
}

/** The status, once the answer is there to its last byte; undefined where it is not. */
export function post(
  url: string,
  { headers, body }: SignedEvent,
  agent: Agent,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': body.byteLength } },
      (answer) => {
        answer.resume()
        answer.on('error', () => resolve(undefined))
        answer.on('close', () => resolve(answer.complete ? answer.statusCode : undefined))
      },
    )
    outgoing.setTimeout(answerWithinMs, () => outgoing.destroy())
    outgoing.on('error', () => resolve(undefined))
    outgoing.end(body)
  })
}
