/**
 * The cases that every provider passes: requests that must be accepted, and requests that must not.
 */
import { isDeepStrictEqual } from 'node:util'
import type { VerifyContext, WebhookRequest } from '../request.ts'
import { contextOf, type Subject, sampleBody, signed, withHeader } from './subject.ts'

/** A request to verify, and with what. */
export type Trial = readonly [request: WebhookRequest, context: VerifyContext]

export interface Case {
  readonly title: string
  /** Which subjects it is for; absent: all. */
  readonly applies?: (subject: Subject) => boolean
  trials(subject: Subject): Trial[]
}

const hasSecret = ({ secret }: Subject) => secret !== ''
const signsBody = ({ scheme }: Subject) => scheme.facts.bodyAuthenticated
const takesAnyBody = ({ scheme }: Subject) => !scheme.facts.needsPayload
const hasHeaders = ({ scheme }: Subject) => scheme.headers.length > 0
const hasTime = ({ scheme }: Subject) => scheme.facts.toleranceSeconds !== undefined
/**
 * The signature stands in the body, where the bytes around what is signed may be written in other
 * ways.
 */
const isInBody = (subject: Subject) => !hasHeaders(subject)

/** @param sign which way `now` is moved: back, so that the time that was signed is ahead, or on. */
function tolerance({ scheme: { facts } }: Subject, sign: number): number {
  const ahead = sign < 0 ? facts.futureToleranceSeconds : undefined
  return ahead ?? facts.toleranceSeconds ?? 0
}

function trial(subject: Subject, body: Uint8Array = sampleBody(subject)): Trial {
  return [signed(subject, body), contextOf(subject)]
}

/** Requests signed by the provider itself: each must be accepted. */
export const accepted: readonly Case[] = [
  { title: 'what it signs', trials: (subject) => [trial(subject)] },
  {
    title: 'what it signs with any of several secrets',
    applies: hasSecret,
    trials(subject) {
      const [request] = trial(subject)
      const { secret, otherSecret } = subject
      return [
        [request, contextOf(subject, { secrets: [secret, otherSecret] })],
        [request, contextOf(subject, { secrets: ['', otherSecret, secret] })],
      ]
    },
  },
  {
    title: 'header names in any case',
    trials(subject) {
      const [request, context] = trial(subject)
      const upper = request.headers.map(([name, value]) => [name.toUpperCase(), value] as const)
      const lower = request.headers.map(([name, value]) => [name.toLowerCase(), value] as const)
      return [
        [{ ...request, headers: upper }, context],
        [{ ...request, headers: lower }, context],
      ]
    },
  },
  {
    title: 'a time exactly at the tolerance',
    applies: hasTime,
    trials: (subject) =>
      [-1, 1].map((sign) => {
        const now = subject.now + sign * tolerance(subject, sign)
        return [signed(subject, sampleBody(subject)), contextOf(subject, { now })]
      }),
  },
  {
    title: 'bytes that are no text, a byte order mark, an empty body, deep JSON',
    applies: takesAnyBody,
    trials: (subject) =>
      [
        Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]),
        Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), sampleBody(subject)]),
        Buffer.alloc(0),
        Buffer.from('['.repeat(5_000) + ']'.repeat(5_000)),
        Buffer.from('{"__proto__":{"id":"evil"},"constructor":1}'),
      ].map((body) => trial(subject, body)),
  },
  {
    title: 'bytes that are no Buffer and stand in the middle of others',
    trials(subject) {
      const [request, context] = trial(subject)
      const around = new Uint8Array(request.body.byteLength + 7)
      around.set(request.body, 5)
      return [[{ ...request, body: around.subarray(5, -2) }, context]]
    },
  },
  {
    title: 'a body of 1 MiB',
    applies: takesAnyBody,
    trials: (subject) => [trial(subject, Buffer.alloc(1024 * 1024, 'a'))],
  },
]

/** Requests that the provider did not send: none may be accepted. */
export const refused: readonly Case[] = [
  {
    title: 'every single-byte change of a small body',
    applies: signsBody,
    trials: (subject) => withBodies(subject, changedBodies),
  },
  {
    title: 'a body that was parsed and written again',
    applies: (subject) =>
      signsBody(subject) && !isInBody(subject) && typeof subject.sample.body !== 'string',
    trials(subject) {
      const [request, context] = trial(subject, sampleBody(subject, 2))
      return [[{ ...request, body: sampleBody(subject) }, context]]
    },
  },
  {
    title: 'a byte order mark, a line end or a NUL that was not signed',
    applies: signsBody,
    trials: (subject) =>
      withBodies(subject, (body) => [
        Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
        ...['\n', '\r\n', ' ', '\0'].map((tail) => Buffer.concat([body, Buffer.from(tail)])),
      ]),
  },
  {
    title: 'bytes that only a lossy decoding makes equal',
    applies: (subject) => signsBody(subject) && takesAnyBody(subject),
    trials(subject) {
      const [request, context] = trial(subject, Buffer.from('{"a":"\ufffd"}'))
      const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])
      return [[{ ...request, body }, context]]
    },
  },
  {
    title: 'a wrong, empty, blank or missing secret',
    applies: hasSecret,
    trials(subject) {
      const [request] = trial(subject)
      const { secret, otherSecret } = subject
      const lists = [
        [otherSecret],
        [''],
        [' '],
        [],
        ['', ' '],
        [`${secret} `],
        [secret.slice(0, -4)],
      ]
      return lists.map((secrets) => [request, contextOf(subject, { secrets })])
    },
  },
  {
    title: 'a missing or empty header',
    applies: hasHeaders,
    trials: (subject) =>
      changedHeaders(subject, () => undefined).concat(changedHeaders(subject, () => '')),
  },
  {
    title: 'a malformed or cut-off header',
    applies: hasHeaders,
    trials: (subject) =>
      [
        () => '?',
        () => ',',
        () => 'a'.repeat(10_000),
        (value: string) => value.slice(0, -1),
        (value: string) => value.slice(1),
        (value: string) => value.slice(0, value.length / 2),
        (value: string) => `${value}0`,
        (value: string) => `0${value}`,
      ].flatMap((change) => changedHeaders(subject, change)),
  },
  {
    title: 'a signature in another than the canonical form',
    applies: (subject) => hasHeaders(subject) && subject.scheme.facts.signed !== undefined,
    trials: (subject) =>
      [upperHex, unpadded, padded, base64url].flatMap((change) => changedHeaders(subject, change)),
  },
  {
    title: 'a header twice, or two joined',
    applies: ({ scheme }) => scheme.headers.some((name) => !scheme.repeatable?.includes(name)),
    trials: (subject) => repeatedHeaders(subject),
  },
  {
    title: 'a time beyond the tolerance, past or future',
    applies: hasTime,
    trials: (subject) =>
      [-1, 1].flatMap((sign) =>
        [1, 60, 86_400 * 365].map((seconds): Trial => {
          const now = subject.now + sign * (tolerance(subject, sign) + seconds)
          return [signed(subject, sampleBody(subject)), contextOf(subject, { now })]
        }),
      ),
  },
  {
    title: 'a time checked by a clock that is not a number',
    applies: hasTime,
    trials: (subject) => [
      [signed(subject, sampleBody(subject)), contextOf(subject, { now: Number.NaN })],
    ],
  },
]

/** One trial for each of the bodies that are sent in place of the signed one. */
function withBodies(subject: Subject, change: (body: Buffer) => Buffer[]): Trial[] {
  const [request, context] = trial(subject)
  const payload = subject.provider.parse(request.body)
  return change(Buffer.from(request.body))
    .filter((body) => !isInBody(subject) || isChanged(payload, subject.provider.parse(body)))
    .map((body) => [{ ...request, body }, context])
}

function isChanged(payload: unknown, other: unknown): boolean {
  return !isDeepStrictEqual(payload, other)
}

/** Bodies that hold certificates are long, and every trial is a signature to check. */
const changedPlacesMax = 500

/** Each byte of the body changed in two ways and left out, and one byte added at each place. */
function changedBodies(body: Buffer): Buffer[] {
  const step = Math.ceil(body.length / changedPlacesMax)
  return Array.from(body).flatMap((byte, at) => {
    if (at % step !== 0) return []
    const before = body.subarray(0, at)
    const after = body.subarray(at + 1)
    return [[byte ^ 1], [byte ^ 0x80], [], [byte, byte]].map((bytes) =>
      Buffer.concat([before, Buffer.from(bytes), after]),
    )
  })
}

/** The headers of the signature that this request has. */
function signatureHeaders({ scheme }: Subject, request: WebhookRequest): string[] {
  const names = request.headers.map(([name]) => name)
  return names.filter((name) => scheme.headers.includes(name.toLowerCase()))
}

/** One trial for each header of the signature, where the change changes it. */
function changedHeaders(subject: Subject, change: (value: string) => string | undefined): Trial[] {
  const [request, context] = trial(subject)
  return signatureHeaders(subject, request).flatMap((name): Trial[] => {
    let isChanged = false
    const changed = withHeader(request, name, (value) => {
      const next = change(value)
      isChanged ||= next !== value
      return next
    })
    return isChanged ? [[changed, context]] : []
  })
}

function repeatedHeaders(subject: Subject): Trial[] {
  const [request, context] = trial(subject)
  const { repeatable = [] } = subject.scheme
  const once = request.headers.filter(([name]) => !repeatable.includes(name.toLowerCase()))
  const names = signatureHeaders(subject, { ...request, headers: once })
  return names.flatMap((name): Trial[] => {
    const again = request.headers.filter(([key]) => key === name)
    const forged = again.map(([key]) => [key, 'forged'] as const)
    return [
      [{ ...request, headers: [...request.headers, ...again] }, context],
      [{ ...request, headers: [...request.headers, ...forged] }, context],
      [{ ...request, headers: [...forged, ...request.headers] }, context],
      [withHeader(request, name, (value) => `${value}, ${value}`), context],
      [withHeader(request, name, (value) => `${value},${value}`), context],
      [withHeader(request, name, (value) => `forged, ${value}`), context],
    ]
  })
}

function upperHex(value: string): string {
  return value.replace(/[0-9a-f]{32,}/, (hex) => hex.toUpperCase())
}

function unpadded(value: string): string {
  return value.replace(/=+$/, '')
}

function padded(value: string): string {
  return `${value}=`
}

function base64url(value: string): string {
  return unpadded(value).replaceAll('+', '-').replaceAll('/', '_')
}
