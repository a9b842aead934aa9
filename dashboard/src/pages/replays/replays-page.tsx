/** Replays: many events once more, with how far each is. They go on when this page is closed. */
import { useMutation } from '@tanstack/react-query'
import type { ReplayView } from 'hookline/client'
import { useReplays } from '../../api/lists.ts'
import { queries } from '../../api/queries.ts'
import { api, errorText } from '../../api/server.ts'
import { useHref, useMode } from '../../mode.ts'
import { Button, ButtonLink } from '../../parts/button.tsx'
import { Empty } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Badge, type Tone } from '../../parts/status.tsx'
import { Ago, countText } from '../../parts/time.tsx'

export function ReplaysPage() {
  const href = useHref()
  const mode = useMode()
  const list = useReplays()
  // One that names no mode is of both.
  const rows = list.rows.filter(({ filter }) => (filter.mode ?? mode) === mode)
  const empty = (
    <Empty icon="replay" title="Nothing was replayed yet">
      <p className="mb-4">Choose events by a filter, then replay all of them.</p>
      <ButtonLink href={href('/events')}>Choose events</ButtonLink>
    </Empty>
  )
  return (
    <>
      <PageTitle
        title="Replays"
        about="Jobs of the server: they go on when this page is closed, and after a restart."
      />
      <div className="border-t border-line">
        <Rows label="Replays" list={{ ...list, rows }} empty={empty}>
          {(replay) => <ReplayRow key={replay.id} replay={replay} />}
        </Rows>
      </div>
    </>
  )
}

const tones: Readonly<Record<ReplayView['state'], Tone>> = {
  running: 'info',
  paused: 'warn',
  done: 'ok',
  cancelled: 'muted',
}

function ReplayRow({ replay }: { readonly replay: ReplayView }) {
  const { id, state, matched, replayed, createdAt } = replay
  const share = matched === 0 ? 1 : Math.min(1, replayed / matched)
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tones[state]}>{state}</Badge>
        <span className="tabular-nums">
          {countText(replayed)} of {countText(matched)} events
        </span>
        <span className="font-mono text-xs text-muted max-md:hidden">{id}</span>
        <span className="ml-auto text-xs text-muted">
          <Ago at={createdAt} />
        </span>
      </div>
      <div
        role="progressbar"
        aria-label="Replayed"
        aria-valuemin={0}
        aria-valuemax={matched}
        aria-valuenow={replayed}
        className="h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className={`h-full rounded-full ${state === 'done' ? 'bg-ok' : 'bg-accent'}`}
          style={{ width: `${share * 100}%` }}
        />
      </div>
      <ReplayActions replay={replay} />
    </li>
  )
}

type Act = 'pause' | 'resume' | 'cancel'

function ReplayActions({ replay }: { readonly replay: ReplayView }) {
  const { id, state } = replay
  const act = useMutation({
    mutationFn: (what: Act) => api.replays[what](id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['replays'] }),
  })
  if (state !== 'running' && state !== 'paused') return null
  const isPaused = state === 'paused'
  return (
    <div className="flex items-center gap-2">
      <Button
        icon={isPaused ? 'play' : 'pause'}
        disabled={act.isPending}
        onClick={() => act.mutate(isPaused ? 'resume' : 'pause')}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
      <Button
        look="danger"
        icon="close"
        disabled={act.isPending}
        onClick={() => act.mutate('cancel')}
      >
        Cancel
      </Button>
      {act.error && (
        <span role="alert" className="text-bad">
          {errorText(act.error)}
        </span>
      )}
    </div>
  )
}
