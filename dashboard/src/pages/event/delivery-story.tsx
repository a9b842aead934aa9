/** One delivery of an event: each attempt with how it ended, and what can be done about it. */
import { useMutation } from '@tanstack/react-query'
import type { AttemptView, DeliveryDetail, DeliveryState } from 'hookline/client'
import { api, errorText } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { Status, type Tone } from '../../parts/status.tsx'
import { Clock, spanText, useNow } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'
import { Step } from './step.tsx'

const tones: Readonly<Record<DeliveryState, Tone>> = {
  done: 'ok',
  failed: 'bad',
  running: 'info',
  ready: 'info',
  parked: 'warn',
  cancelled: 'muted',
}

export function DeliveryStory({ delivery }: { readonly delivery: DeliveryDetail }) {
  const { state, target, attempts } = delivery
  return (
    <Step
      icon="handler"
      tone={tones[state]}
      title={target.slice(target.indexOf('/') + 1)}
      aside={<Status state={state} />}
    >
      <ol className="mt-1 flex flex-col gap-1">
        {attempts.map((attempt) => (
          <Attempt key={attempt.id} attempt={attempt} />
        ))}
      </ol>
      <Waiting delivery={delivery} />
      <DeliveryActions delivery={delivery} />
    </Step>
  )
}

function Attempt({ attempt }: { readonly attempt: AttemptView }) {
  const { number, outcome, startedAt, endedAt, error } = attempt
  const ms = Date.parse(endedAt) - Date.parse(startedAt)
  return (
    <li>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs">
        <span className="font-medium text-text">Attempt {number}</span>
        {outcome !== 'done' && <Status state={outcome} />}
        <Clock at={startedAt} />
        <span className="tabular-nums">{spanText(ms)}</span>
      </div>
      {error !== null && <Thrown error={error} />}
    </li>
  )
}

/** The error in one line, and the stack behind it for whoever opens it. */
function Thrown({ error }: { readonly error: string }) {
  const [first = '', ...stack] = error.split('\n')
  if (stack.length === 0) {
    return <p className="payload mt-1 break-words text-bad">{visibleText(first)}</p>
  }
  return (
    <details className="mt-1 rounded-md bg-bad-soft">
      <summary className="payload rounded-md px-2 py-1.5 break-words text-bad">
        {visibleText(first)}
      </summary>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
        tabIndex={0}
        className="payload overflow-x-auto px-2 pb-2 text-xs text-text"
      >
        {stack.map(visibleText).join('\n')}
      </pre>
    </details>
  )
}

function Waiting({ delivery }: { readonly delivery: DeliveryDetail }) {
  const { state, parkedOn, attempts, dueAt } = delivery
  if (state === 'parked') {
    const isPoison = parkedOn === 'hookline/poison'
    return (
      <p className="mt-1">
        {isPoison
          ? 'The process died three times in a row while running it. It waits for a person.'
          : `It waits for the document ${visibleText(parkedOn ?? '')}.`}
      </p>
    )
  }
  if (state !== 'ready' || attempts.length === 0) return null
  return <NextAttempt dueAt={dueAt} />
}

function NextAttempt({ dueAt }: { readonly dueAt: string }) {
  const leftMs = Date.parse(dueAt) - useNow()
  return (
    <p className="mt-1 tabular-nums">
      {leftMs > 0 ? `The next attempt is in ${spanText(leftMs)}.` : 'The next attempt is due.'}
    </p>
  )
}

const retriable: readonly DeliveryState[] = ['failed', 'parked', 'cancelled', 'ready']
const cancellable: readonly DeliveryState[] = ['failed', 'parked', 'ready']

function DeliveryActions({ delivery }: { readonly delivery: DeliveryDetail }) {
  const { id, state, attempts } = delivery
  const retry = useMutation({ mutationFn: () => api.deliveries.retry(id) })
  const cancel = useMutation({ mutationFn: () => api.deliveries.cancel(id) })
  const isUntouched = state === 'ready' && attempts.length === 0
  if (!retriable.includes(state) || isUntouched) return null
  const error = retry.error ?? cancel.error
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      <Button icon="replay" disabled={retry.isPending} onClick={() => retry.mutate()}>
        {state === 'ready' ? 'Retry now' : 'Retry'}
      </Button>
      {cancellable.includes(state) && (
        <Button look="quiet" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          Give up
        </Button>
      )}
      {error && (
        <p role="alert" className="text-bad">
          {errorText(error)}
        </p>
      )}
    </div>
  )
}
