/** One document, as it is now: each change is shown as it is committed. */
import type { JsonObject } from 'hookline/client'
import { useEffect, useState } from 'react'
import { errorText, line } from '../../api/server.ts'
import { useHref } from '../../mode.ts'
import { ButtonLink } from '../../parts/button.tsx'
import { Empty, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { clockText } from '../../parts/time.tsx'
import { DiffView } from '../../payload/diff-view.tsx'
import { JsonTree } from '../../payload/json-tree.tsx'

const changesShownMax = 50

interface Seen {
  readonly at: string
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
}

interface Watched {
  readonly isKnown: boolean
  readonly data: JsonObject | undefined
  readonly seen: readonly Seen[]
  readonly error: unknown
}

export function DocumentPage({ path }: { readonly path: string }) {
  const { isKnown, data, seen, error } = useWatch(path)
  const href = useHref()
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  if (error !== undefined) return <Empty icon="failed" title={errorText(error)} />
  if (!isKnown) return <Loading />
  return (
    <>
      <PageTitle title={path} about="Shown as it is now, and as it changes.">
        <ButtonLink href={href(`/documents?prefix=${encodeURIComponent(folder)}`)}>
          {folder === '' ? 'All documents' : `All of ${folder}`}
        </ButtonLink>
      </PageTitle>
      <div className="grid gap-4 px-4 pt-2 pb-8 xl:grid-cols-2">
        <section aria-label="The document now" className="card min-w-0 overflow-hidden">
          {data ? (
            <JsonTree value={data} label="The document" />
          ) : (
            <Empty icon="document" title="This document does not exist" />
          )}
        </section>
        <Changes seen={seen} />
      </div>
    </>
  )
}

function useWatch(path: string): Watched {
  const [watched, set] = useState<Watched>(unknown)
  useEffect(() => {
    set(unknown)
    return line.watch(
      path,
      (data, change) => set((before) => next(before, data, change !== undefined)),
      { onError: (error) => set((before) => ({ ...before, error })) },
    )
  }, [path])
  return watched
}

const unknown: Watched = { isKnown: false, data: undefined, seen: [], error: undefined }

function next(before: Watched, data: JsonObject | undefined, isChange: boolean): Watched {
  const change = { at: new Date().toISOString(), before: before.data, after: data }
  const seen = isChange ? [change, ...before.seen].slice(0, changesShownMax) : before.seen
  return { isKnown: true, data, seen, error: undefined }
}

function Changes({ seen }: Pick<Watched, 'seen'>) {
  return (
    <section aria-label="Changes" className="min-w-0">
      <h2 className="mb-2 font-medium">Changes while you look</h2>
      {seen.length === 0 && <p className="text-muted">None yet. The next one appears here.</p>}
      <ol className="flex flex-col gap-3">
        {seen.map(({ at, before, after }) => (
          <li key={at} className="card overflow-hidden">
            <p className="border-b border-line px-4 py-2 text-xs text-muted tabular-nums">
              {clockText(at)}
            </p>
            <DiffView before={before} after={after} />
          </li>
        ))}
      </ol>
    </section>
  )
}
