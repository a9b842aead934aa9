/** What can be done with an event: retry what failed, or handle it once more. */
import { useMutation } from '@tanstack/react-query'
import type { EventDetail } from 'hookline/client'
import { useState } from 'react'
import { useSources } from '../../api/queries.ts'
import { api, errorText } from '../../api/server.ts'
import { useHref } from '../../mode.ts'
import { Button, ButtonLink } from '../../parts/button.tsx'
import { copyText } from '../../parts/copy.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/notice.tsx'

export function EventActions({ event }: { readonly event: EventDetail }) {
  const [isOpen, setOpen] = useState(false)
  const href = useHref()
  const failed = event.deliveries.filter(({ state }) => state === 'failed')
  const retry = useMutation({
    mutationFn: () => Promise.all(failed.map(({ id }) => api.deliveries.retry(id))),
  })
  return (
    <>
      <ButtonLink look="quiet" icon="logs" href={href(`/logs?event=${event.id}`)}>
        Logs
      </ButtonLink>
      <CurlButton id={event.id} />
      {retry.error && <span className="text-bad">{errorText(retry.error)}</span>}
      <Button icon="replay" onClick={() => setOpen(true)}>
        Replay
      </Button>
      {failed.length > 0 && (
        <Button
          look="primary"
          icon="replay"
          disabled={retry.isPending}
          onClick={() => retry.mutate()}
        >
          Retry what failed
        </Button>
      )}
      {isOpen && <ReplayDialog event={event} onClose={() => setOpen(false)} />}
    </>
  )
}

/** Copies a command that sends the event once more, signed now: its signature soon ages. */
function CurlButton({ id }: { readonly id: string }) {
  const copy = useMutation({
    mutationFn: async () => {
      const answer = await api.curl(id)
      await copyText(answer.curl)
      return answer
    },
  })
  const said = copy.data ? 'Copied' : 'Copy as curl'
  return (
    <>
      <Button look="quiet" icon={copy.data ? 'check' : 'copy'} onClick={() => copy.mutate()}>
        {copy.error ? 'Not copied' : said}
      </Button>
      {copy.error && <span className="text-bad">{errorText(copy.error)}</span>}
      {copy.data?.note && <span className="text-xs text-warn">{copy.data.note}</span>}
    </>
  )
}

interface ReplayDialogProps {
  readonly event: EventDetail
  readonly onClose: () => void
}

function ReplayDialog({ event, onClose }: ReplayDialogProps) {
  const handlers = useHandlers(event.source)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const replay = useMutation({
    mutationFn: () => api.events.replay(event.id, chosen.length > 0 ? chosen : undefined),
    onSuccess: onClose,
  })
  const toggle = (name: string) =>
    setChosen(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name])
  return (
    <Dialog title="Replay this event" onClose={onClose}>
      <div className="flex flex-col gap-4 p-4">
        <p>
          The event is handled once more, as if it had come now. What was written before stays as it
          is until a handler writes it again.
        </p>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 font-medium">Handlers (all, where none is chosen)</legend>
          {handlers.map((name) => (
            <label key={name} className="flex items-center gap-2 rounded-md px-1 py-1">
              <input
                type="checkbox"
                className="size-4 accent-(--color-accent)"
                checked={chosen.includes(name)}
                onChange={() => toggle(name)}
              />
              <span className="min-w-0 break-words">{name}</span>
            </label>
          ))}
          {handlers.length === 0 && <p className="text-muted">The source has no handler.</p>}
        </fieldset>
        {replay.error && <Failure error={replay.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button
            look="primary"
            icon="replay"
            disabled={replay.isPending}
            onClick={() => replay.mutate()}
          >
            {chosen.length > 0 ? `Replay to ${chosen.length}` : 'Replay to all'}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

function useHandlers(source: string): readonly string[] {
  const sources = useSources().data?.data ?? []
  return [...new Set(sources.find(({ name }) => name === source)?.handlers ?? [])]
}
