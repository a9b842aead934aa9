/** The list beside the picture: what lately passed the station that was chosen. */
import { useMemo } from 'react'
import { useMode } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/notice.tsx'
import { DocumentRows } from '../documents/document-rows.tsx'
import { EventRows } from '../events/event-rows.tsx'
import { useEventList } from '../events/use-event-list.ts'
import { DeliveryRows } from '../failed/delivery-rows.tsx'
import { RejectionRows } from '../rejected/rejection-rows.tsx'
import type { Station } from './layout.ts'

interface StationListProps {
  readonly station: Station | undefined
  readonly onClear: () => void
}

export function StationList({ station, onClear }: StationListProps) {
  const title = titleOf(station)
  return (
    <section aria-label={title} className="mt-4 flex min-h-96 min-w-0 flex-1 flex-col self-stretch">
      <header className="flex h-10 items-center gap-2 border-b border-line px-4">
        <h2 className="font-medium">{title}</h2>
        {station && (
          <Button look="quiet" icon="close" className="ml-auto h-7" onClick={onClear}>
            Show all
          </Button>
        )}
      </header>
      <Rows station={station} />
    </section>
  )
}

function titleOf(station: Station | undefined): string {
  switch (station?.kind) {
    case undefined:
    case 'stored':
      return 'Latest events'
    case 'provider':
    case 'source':
      return `Latest events of ${station.title}`
    case 'verified':
      return 'Refused requests'
    case 'handler':
      return `Latest deliveries to ${station.title}`
    case 'documents':
    case 'clients':
      return 'Documents'
  }
}

function Rows({ station }: { readonly station: Station | undefined }) {
  const name = station?.id.slice(station.id.indexOf(' ') + 1) ?? ''
  const isOne = name !== '*'
  switch (station?.kind) {
    case 'verified':
      return <RejectionRows />
    case 'handler':
      return <DeliveryRows filter={isOne ? { target: name } : {}} />
    case 'documents':
    case 'clients':
      return <DocumentRows prefix="" />
    case 'provider':
    case 'source':
      return <LatestEvents source={isOne ? name : undefined} />
    default:
      return <LatestEvents source={undefined} />
  }
}

function LatestEvents({ source }: { readonly source: string | undefined }) {
  const mode = useMode()
  const filter = useMemo(() => (source === undefined ? { mode } : { mode, source }), [mode, source])
  const list = useEventList(filter)
  if (list.state.rows.length > 0) return <EventRows list={list} />
  if (list.state.isLoading) return null
  return mode === 'test' ? (
    <Empty
      icon="line"
      title="Send the first event"
      command="npx hookline trigger stripe payment_intent.succeeded"
    >
      The sandbox signs it as the provider would. Watch it travel along the line above.
    </Empty>
  ) : (
    <Empty icon="line" title="No live event has arrived yet" />
  )
}
