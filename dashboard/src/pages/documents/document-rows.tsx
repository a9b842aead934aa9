/** Documents below a path, in the order of their paths. */
import type { DocumentView } from 'hookline/client'
import { Link } from 'wouter'
import { useDocuments } from '../../api/lists.ts'
import { useHref } from '../../mode.ts'
import { Empty } from '../../parts/notice.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Ago } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

const previewMax = 200

export function DocumentRows({ prefix }: { readonly prefix: string }) {
  const list = useDocuments(prefix)
  const empty =
    prefix === '' ? (
      <Empty icon="document" title="No handler has written a document yet">
        <code className="font-mono text-xs">tx.doc('users/u_1').update(…)</code> writes one, and
        pages that watch it hear of it at once.
      </Empty>
    ) : (
      <Empty icon="search" title="There is no document below this path" />
    )
  return (
    <Rows label="Documents" list={list} empty={empty}>
      {(document) => <DocumentRow key={document.path} document={document} />}
    </Rows>
  )
}

function DocumentRow({ document }: { readonly document: DocumentView }) {
  const { path, data, version, updatedAt } = document
  const href = useHref()
  return (
    <li>
      <Link
        href={href(`/documents/${path.split('/').map(encodeURIComponent).join('/')}`)}
        className="flex min-h-11 items-center gap-3 px-4 py-2 hover:bg-sunken
          focus-visible:-outline-offset-2"
      >
        <span className="w-72 max-w-1/2 shrink-0 truncate font-medium">{path}</span>
        <span className="payload min-w-0 flex-1 truncate text-muted">
          {visibleText(JSON.stringify(data).slice(0, previewMax))}
        </span>
        <span className="text-xs text-muted tabular-nums max-md:hidden">v{version}</span>
        <span className="w-20 shrink-0 text-right text-xs text-muted max-sm:hidden">
          <Ago at={updatedAt} />
        </span>
      </Link>
    </li>
  )
}
