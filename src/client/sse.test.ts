import { expect, test } from 'vitest'
import { newSseParser, readSse, type SseEvent } from './sse.ts'

const encoder = new TextEncoder()

function readAll(...chunks: (string | Uint8Array)[]): SseEvent[] {
  const parser = newSseParser()
  return chunks.flatMap((chunk) =>
    readSse(parser, typeof chunk === 'string' ? encoder.encode(chunk) : chunk),
  )
}

const text =
  `\uFEFF: hello\r\nevent: snapshot\rid: 7\rdata: {"a":"ä€😀"}\r\r\ndata:two\n\n` +
  `data: lines\r\ndata:\r\ndata:  kept \r\n\r\nid\ndata\n\n`
const events = [
  { type: 'snapshot', data: '{"a":"ä€😀"}', id: '7' },
  { type: 'message', data: 'two', id: '7' },
  { type: 'message', data: 'lines\n\n kept ', id: '7' },
  { type: 'message', data: '', id: '' },
]

test('the same events come out wherever the bytes are cut in two', () => {
  const bytes = encoder.encode(text)
  expect(readAll(bytes)).toEqual(events)
  for (let at = 0; at <= bytes.length; at++) {
    expect(readAll(bytes.subarray(0, at), bytes.subarray(at)), `cut at ${at}`).toEqual(events)
  }
})

test('the same events come out when every byte comes alone', () => {
  expect(readAll(...[...encoder.encode(text)].map((byte) => Uint8Array.of(byte)))).toEqual(events)
})

test.each(['\n', '\r', '\r\n'])('lines may end with %j', (end) => {
  const lines = ['event: change', 'id: 1', 'data: a', 'data: b', '', '']
  expect(readAll(lines.join(end))).toEqual([{ type: 'change', data: 'a\nb', id: '1' }])
})

test('an event comes out with the CR of its last line, without waiting for an LF', () => {
  expect(readAll('data: a\r\n\r')).toHaveLength(1)
})

test('an event that is not ended by an empty line does not come out', () => {
  expect(readAll('data: a\n')).toEqual([])
  expect(readAll('data: a')).toEqual([])
})

test('a byte order mark is dropped at the start only', () => {
  expect(readAll('\uFEFFdata: a\n\n')).toMatchObject([{ data: 'a' }])
  expect(readAll('data: a\n\n\uFEFFdata: b\n\n')).toMatchObject([{ data: 'a' }])
  expect(readAll('\uFEFF\uFEFFdata: a\n\n')).toEqual([])
})

test('comments, unknown fields and blocks without data give no event', () => {
  expect(readAll(': data: a\n\nnonsense\n\nother: 1\n\nevent: change\n\n')).toEqual([])
})

test('a kind of event does not carry over to the next block', () => {
  expect(readAll('event: change\n\ndata: a\n\n')).toMatchObject([{ type: 'message' }])
})

test('an id alone moves the last id, but only with its empty line', () => {
  const parser = newSseParser('1')
  readSse(parser, encoder.encode('id: 2\n'))
  expect(parser.lastId).toBe('1')
  readSse(parser, encoder.encode('\n'))
  expect(parser.lastId).toBe('2')
})

test('an id with a NUL and a retry that is no number are ignored', () => {
  const parser = newSseParser('1')
  readSse(parser, encoder.encode('id: 2\0\nretry: 5s\nretry: \n\n'))
  expect(parser).toMatchObject({ lastId: '1', retryMs: undefined })
  readSse(parser, encoder.encode('retry: 250\n'))
  expect(parser.retryMs).toBe(250)
})

test('one space after the colon is not part of the value', () => {
  expect(readAll('data:a\n\ndata: a\n\ndata:  a\n\n').map(({ data }) => data)).toEqual([
    'a',
    'a',
    ' a',
  ])
})

test('bytes that are not UTF-8 become replacement characters and end nothing', () => {
  const bytes = Uint8Array.of(...encoder.encode('data: '), 0xff, ...encoder.encode('a\n\n'))
  expect(readAll(bytes)).toMatchObject([{ data: '\uFFFDa' }])
})
