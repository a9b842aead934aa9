/** What a watcher has last seen, and how a frame moves it. No network, no time. */
import type { Change, Frame, LiveDocument, Snapshot } from './frame.ts'

export interface View {
  readonly documents: Map<string, LiveDocument>
  /** Undefined until the first snapshot. */
  cursor: number | undefined
}

export function newView(): View {
  return { documents: new Map(), cursor: undefined }
}

/**
 * The changes that a frame means for someone who has seen this view, each applied to it just before
 * it is given out. A snapshot that comes later than the first is thereby the difference to what was
 * seen.
 */
export function* advance(view: View, frame: Frame): Generator<Change, void> {
  for (const change of frame.type === 'snapshot' ? difference(view, frame) : newer(view, frame)) {
    apply(view, change)
    yield change
  }
  view.cursor = frame.cursor
}

/** A change that was seen already is not told again. */
function newer(view: View, change: Change): Change[] {
  return change.cursor <= (view.cursor ?? -1) ? [] : [change]
}

function difference({ documents }: View, { cursor, documents: now }: Snapshot): Change[] {
  const paths = new Set(now.map(({ path }) => path))
  const gone = [...documents.values()].filter(({ path }) => !paths.has(path))
  const different = now.filter((document) => !isSame(document, documents.get(document.path)))
  return [
    ...gone.map(
      ({ path, version }) => ({ type: 'deleted', cursor, path, data: null, version }) as const,
    ),
    ...different.map(
      ({ path, data, version }) => ({ type: 'set', cursor, path, data, version }) as const,
    ),
  ]
}

/**
 * The data counts too: a document that was deleted and made anew can have the version of the old
 * one.
 */
function isSame(document: LiveDocument, seen: LiveDocument | undefined): boolean {
  return (
    document.version === seen?.version &&
    JSON.stringify(document.data) === JSON.stringify(seen.data)
  )
}

/** Below it are changes and no documents: no snapshot holds them, and there is no end of them. */
const reservedPrefix = 'hookline/'

function apply({ documents }: View, change: Change): void {
  const { type, path, data, version } = change
  if (path.startsWith(reservedPrefix)) return
  if (type === 'set') documents.set(path, { path, data, version })
  else documents.delete(path)
}

/** The documents in the order of their paths, as a new array. */
export function documentsOf({ documents }: View): LiveDocument[] {
  return [...documents.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
