/** In `dev`: has the sandbox send one event to a source, and says what became of it. */
import { useMutation } from '@tanstack/react-query'
import { Link } from 'wouter'
import { useSandbox } from '../../api/sandbox.ts'
import { api, errorText } from '../../api/server.ts'
import { useHref, useMode } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'

const usualType = 'payment_intent.succeeded'

export function TestEvent({ source }: { readonly source: string }) {
  const href = useHref()
  const mode = useMode()
  const company = useSandbox().data?.providers.find(({ sources }) => sources.includes(source))
  const run = useMutation({
    mutationFn: async () => {
      const types = company?.types ?? []
      const type = types.includes(usualType) ? usualType : (types[0] ?? '')
      const scenario = company?.scenarios[0]?.name ?? ''
      return (await api.sandbox.play({ source, type, scenario })).data
    },
  })
  // What the sandbox sends is of test mode.
  if (!company || mode === 'live') return null
  const id = run.data?.find(({ eventId }) => eventId !== null)?.eventId
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button icon="play" disabled={run.isPending} onClick={() => run.mutate()}>
        Send a test event
      </Button>
      <span role="status" className="text-xs">
        {run.error && <span className="text-bad">{errorText(run.error)}</span>}
        {run.data && !id && <span className="text-bad">It was not stored. See Rejected.</span>}
        {id && (
          <Link
            href={href(`/events/${id}`)}
            className="text-ok underline decoration-edge underline-offset-2"
          >
            It arrived
          </Link>
        )}
      </span>
    </div>
  )
}
