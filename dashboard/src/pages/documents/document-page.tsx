/** One document, as it is now: each change is shown as it is committed. */
import type { JsonObject } from 'hookline/client'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useHistory } from '../../api/lists.ts'
import { queries } from '../../api/queries.ts'
import { errorText, line } from '../../api/server.ts'
import { useHref } from '../../mode.ts'
import { Button, ButtonLink } from '../../parts/button.tsx'
import { Empty, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Ago } from '../../parts/time.tsx'
import { DiffView } from '../../payload/diff-view.tsx'
import { JsonTree } from '../../payload/json-tree.tsx'

interface Watched {
  readonly isKnown: boolean
  readonly data: JsonObject | undefined
  readonly error: unknown
}

export function DocumentPage({ path }: { readonly path: string }) {
  const { isKnown, data, error } = useWatch(path)
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
        <section aria-label="The document now" className="card min-w-0 self-start overflow-hidden">
          {data ? (
            <JsonTree value={data} label="The document" />
          ) : (
            <Empty icon="document" title="This document does not exist" />
          )}
        </section>
        <History path={path} />
      </div>
    </>
  )
}

/** Each change that is heard has its line in the history. */
function useWatch(path: string): Watched {
  const [watched, set] = useState<Watched>(unknown)
  useEffect(() => {
    set(unknown)
    return line.watch(
      path,
      (data, change) => {
        set({ isKnown: true, data, error: undefined })
        if (change) void queries.invalidateQueries({ queryKey: ['changes', path] })
      },
      { onError: (error) => set((before) => ({ ...before, error })) },
    )
  }, [path])
  return watched
}

const unknown: Watched = { isKnown: false, data: undefined, error: undefined }

function History({ path }: { readonly path: string }) {
  const list = useHistory(path)
  const href = useHref()
  return (
    <section aria-label="History" className="min-w-0">
      <h2 className="mb-2 font-medium">History</h2>
      <ol className="flex flex-col gap-3">
        {list.rows.map(({ cursor, at, version, type, data, eventId }, i) => (
          <li key={cursor} className="card overflow-hidden">
            <p
              className="flex flex-wrap items-center gap-x-3 border-b border-line px-4 py-2 text-xs
              text-muted"
            >
              <span className="font-medium text-text tabular-nums">
                {type === 'deleted' ? 'deleted' : `version ${version}`}
              </span>
              <Ago at={at} />
              {eventId === null ? (
                <span className="ml-auto">by the app</span>
              ) : (
                <Link
                  href={href(`/events/${eventId}`)}
                  className="ml-auto min-w-0 truncate font-mono text-accent underline"
                >
                  {eventId}
                </Link>
              )}
            </p>
            <DiffView before={list.rows[i + 1]?.data ?? undefined} after={data ?? undefined} />
          </li>
        ))}
      </ol>
      {list.hasMore && <Button onClick={list.readMore}>Show more</Button>}
      {!list.isLoading && list.rows.length === 0 && (
        <p className="text-muted">Its changes are older than the log of changes.</p>
      )}
    </section>
  )
}
