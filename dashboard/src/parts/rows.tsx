/** A list that is read page by page: its rows, or what is to be said instead of them. */
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Failure, Loading } from './notice.tsx'

interface RowsProps<T> {
  readonly label: string
  readonly list: {
    readonly rows: readonly T[]
    readonly isLoading: boolean
    readonly error: unknown
    readonly hasMore: boolean
    readonly readMore: () => void
    readonly reread: () => void
  }
  readonly empty: ReactNode
  readonly children: (item: T) => ReactNode
}

export function Rows<T>({ label, list, empty, children }: RowsProps<T>) {
  if (list.error) return <Failure error={list.error} onRetry={list.reread} />
  if (list.isLoading) return <Loading />
  if (list.rows.length === 0) return empty
  return (
    <>
      <ul aria-label={label} className="divide-y divide-line border-b border-line">
        {list.rows.map(children)}
      </ul>
      {list.hasMore && (
        <div className="flex justify-center p-4">
          <Button onClick={list.readMore}>Show more</Button>
        </div>
      )}
    </>
  )
}
