/**
 * The frames of a live stream, as text of the server-sent events format.
 * Specification: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import type { Change, Snapshot } from '../storage/storage.ts'

export const heartbeatFrame = ': still here\n\n'

export function snapshotFrame({ cursor, documents }: Snapshot): string {
  const shown = documents.map(({ path, data, version }) => ({ path, data, version }))
  return frame('snapshot', cursor, { cursor, documents: shown })
}

export function changeFrame({ cursor, type, path, data, version }: Change): string {
  return frame('change', cursor, { cursor, type, path, data, version })
}

/** Asks the client to come back after this time; sent before the server closes the stream. */
export function retryFrame(retryMs: number): string {
  return `retry: ${retryMs}\n\n`
}

/** JSON holds no line break, so that one `data:` line is the whole of it. */
function frame(event: string, id: number, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}
