/** Replays all events that the filter finds: counts them first, begins only when confirmed. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { EventFilter } from 'hookline/client'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/server.ts'
import { useHref } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/notice.tsx'
import { countText } from '../../parts/time.tsx'

interface ReplayProps {
  readonly filter: EventFilter
  readonly isFiltered: boolean
}

export function ReplayFiltered({ filter, isFiltered }: ReplayProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button icon="replay" onClick={() => setOpen(true)}>
        {isFiltered ? 'Replay these' : 'Replay'}
      </Button>
      {isOpen && <Confirm filter={filter} onClose={() => setOpen(false)} />}
    </>
  )
}

function Confirm({ filter, onClose }: { filter: EventFilter; onClose: () => void }) {
  const [, navigate] = useLocation()
  const href = useHref()
  const count = useQuery({
    queryKey: ['replay-count', filter],
    queryFn: () => api.replays.count({ filter }),
    gcTime: 0,
  })
  const begin = useMutation({
    mutationFn: () => api.replays.create({ filter }),
    onSuccess: () => navigate(href('/replays')),
  })
  const matched = count.data?.matched
  const counted =
    matched === undefined ? 'Counting…' : `${countText(matched)} events match the filter.`
  return (
    <Dialog title="Replay events" onClose={onClose}>
      <div className="flex flex-col gap-4 p-4">
        <p>
          {counted} Each is handled once more by all of its handlers. What they call outside happens
          again, under the same idempotency keys only where the handler uses them.
        </p>
        <FilterWords filter={filter} />
        {begin.error && <Failure error={begin.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep things as they are</Button>
          <Button
            look="primary"
            icon="replay"
            disabled={!matched || begin.isPending}
            onClick={() => begin.mutate()}
          >
            {matched === undefined ? 'Replay' : `Replay ${countText(matched)}`}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

function FilterWords({ filter }: { readonly filter: EventFilter }) {
  return (
    <dl
      className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 rounded-md bg-sunken p-3
      text-xs"
    >
      {Object.entries(filter).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="truncate font-mono">{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
