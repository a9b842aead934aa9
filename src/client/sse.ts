/**
 * Server-sent events out of bytes, wherever the network cut them. It knows nothing of Hookline's
 * frames and opens no connection.
 * Specification:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

export interface SseEvent {
  readonly type: string
  readonly data: string
  /** The last id that the stream named, up to and including this event. */
  readonly id: string
}

/** What is read but not yet whole. */
export interface SseParser {
  readonly decoder: TextDecoder
  /** The start of a line whose end has not come. */
  line: string
  /** The last character was CR; an LF that comes next belongs to the same line end. */
  isAfterCr: boolean
  type: string
  data: string[]
  id: string
  /** The id as of the last whole block: an id alone, without data, moves it too. */
  lastId: string
  /** What the server asked for with `retry:`. */
  retryMs: number | undefined
}

/** @param lastId the id that the connection before this one ended at. */
export function newSseParser(lastId = ''): SseParser {
  // A decoder in its default mode drops one byte order mark, at the very start only, as is
  // specified.
  const decoder = new TextDecoder()
  const parts = { line: '', isAfterCr: false, type: '', data: [], retryMs: undefined }
  return { decoder, ...parts, id: lastId, lastId }
}

/** The events that these bytes complete. What they leave open stays in the parser. */
export function readSse(parser: SseParser, bytes: Uint8Array): SseEvent[] {
  const text = withoutSplitLf(parser, parser.decoder.decode(bytes, { stream: true }))
  const lines = text.split(/\r\n|\n|\r/)
  // Only the new bytes are searched for line ends, so a large frame in many chunks costs no more.
  lines[0] = parser.line + lines[0]
  parser.line = lines.pop() ?? ''
  return lines.flatMap((line) => readLine(parser, line) ?? [])
}

function withoutSplitLf(parser: SseParser, text: string): string {
  if (text === '') return text
  const rest = parser.isAfterCr && text[0] === '\n' ? text.slice(1) : text
  parser.isAfterCr = text.endsWith('\r')
  return rest
}

function readLine(parser: SseParser, line: string): SseEvent | undefined {
  if (line === '') return endOfBlock(parser)
  const colon = line.indexOf(':')
  const name = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
  // A comment is a line that begins with the colon: its name is empty, and it matches no field.
  if (name === 'data') parser.data.push(value)
  else if (name === 'event') parser.type = value
  else if (name === 'id' && !value.includes('\0')) parser.id = value
  else if (name === 'retry' && /^\d+$/.test(value)) parser.retryMs = Number(value)
  return undefined
}

function endOfBlock(parser: SseParser): SseEvent | undefined {
  const { type, data, id } = parser
  parser.type = ''
  parser.data = []
  parser.lastId = id
  return data.length > 0 ? { type: type || 'message', data: data.join('\n'), id } : undefined
}
