/** What a handler does after it has collected its effects; an event's metadata names it. */
import type { Transaction } from 'hookline'

export type Misbehaviour = keyof typeof misbehaviours

export interface Behaviour {
  /** How long the handler takes before anything else. */
  readonly handlerMs?: string
  readonly does?: Misbehaviour
  /** It misbehaves in that many attempts, then no more. Absent: in every attempt. */
  readonly times?: string
  /** For `stall`. */
  readonly stallMs?: string
}

const never = () => new Promise<never>(() => {})
const cyclic: { self?: object } = {}
cyclic.self = cyclic

const misbehaviours = {
  'throw an error': () => {
    throw new Error('the handler threw')
  },
  'reject with an error': () => Promise.reject(new Error('the handler rejected')),
  'throw a text': () => {
    throw 'a bare text'
  },
  'throw undefined': () => {
    throw undefined
  },
  'throw null': () => {
    throw null
  },
  'throw what can not be shown': () => {
    throw cyclic
  },
  'throw an error whose stack throws': () => {
    throw Object.defineProperty(new Error('x'), 'stack', {
      get: () => {
        throw new Error('no stack for you')
      },
    })
  },
  'throw a megabyte of text': () => {
    throw new Error('x'.repeat(1_048_576))
  },
  'ask for SQL that the database refuses': (tx: Transaction) => {
    tx.sql`insert into no_such_table (event_id) values (${1})`
  },
  'ask for a document that is none': (tx: Transaction) => tx.doc('accounts/x').set([1]),
  'return garbage': () => Object.assign(Object.create(null), { self: cyclic, status: 500n }),
  'return a function': () => () => never(),
  'hang for ever': never,
  'hang until it is told to stop': (tx: Transaction) =>
    new Promise<never>((_, reject) => {
      tx.signal.addEventListener('abort', () => {
        console.log(`aborted ${tx.event.dedupeKey}`)
        reject(tx.signal.reason)
      })
    }),
  'go on after its time limit': async (tx: Transaction) => {
    await new Promise((resolve) => tx.signal.addEventListener('abort', resolve))
    tx.sql`insert into effects (event_id) values (${tx.event.dedupeKey})`
  },
  'leave a rejection that nobody awaits': () => {
    void Promise.reject(new Error('nobody awaits this'))
  },
  'leave an error to a timer': () => {
    setTimeout(() => {
      throw new Error('thrown where nobody catches')
    }, 1)
  },
  'exit the process': () => process.exit(0),
  'abort the process': () => process.abort(),
  'stall the process': (_: Transaction, { stallMs = '0' }: Behaviour) => {
    const until = performance.now() + Number(stallMs)
    while (performance.now() < until);
  },
} as const

export async function misbehave(behaviour: Behaviour, tx: Transaction): Promise<unknown> {
  const { handlerMs = '0', does, times } = behaviour
  if (Number(handlerMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(handlerMs)))
  if (does === undefined || (times !== undefined && tx.attempt > Number(times))) return undefined
  return await misbehaviours[does](tx, behaviour)
}
