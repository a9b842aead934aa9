/** The second exercise: receive a call that one sends, first without a signature, then with it. */
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { api } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy.tsx'
import { Failure } from '../../parts/notice.tsx'
import { clockText } from '../../parts/time.tsx'
import { ExerciseCard, Step } from './exercise-card.tsx'
import { type Exercise, stepOf } from './use-learn.ts'

interface ReceiveExerciseProps {
  readonly exercise: Exercise
  /** Null where no source of the app can be practised with. */
  readonly unsignedCurl: string | null
}

export function ReceiveExercise({ exercise, unsignedCurl }: ReceiveExerciseProps) {
  const stored = stepOf(exercise, 'signed_stored')
  // Each answer of the server has another one; it shall not change under the pointer.
  const first = useRef(unsignedCurl)
  first.current ??= unsignedCurl
  const command = first.current
  return (
    <ExerciseCard
      number={2}
      title="Receive a call that you send"
      why={
        'A webhook is the other direction: the provider calls you. Anybody can post to your ' +
        'address, so a provider signs what it sends, and this server believes a signature alone. ' +
        'Be the provider, in a terminal.'
      }
      exercise={exercise}
    >
      {command === null ? (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          No test source of this app can be practised with. Add{' '}
          <code className="font-mono text-xs">{'sources: { stripe: stripe() }'}</code> to its file.
        </p>
      ) : (
        <>
          <Step
            title="Send one without a signature"
            step={stepOf(exercise, 'unsigned_refused')}
            proof={{ path: '/rejected', text: 'Read why it was refused' }}
          >
            <p className="text-muted">
              The answer is 400. Who sent it is not told why, so that a forger learns nothing; you
              are told, below.
            </p>
            <Shell command={command} label="Command without a signature" />
          </Step>
          <Step
            title="Send one with a signature"
            step={stored}
            proof={{ path: `/events/${stored.proof ?? ''}`, text: 'See the event' }}
          >
            <Signed />
          </Step>
        </>
      )}
    </ExerciseCard>
  )
}

/** Made when it is asked for: a signature holds the time, and is good for some minutes. */
function Signed() {
  const make = useMutation({ mutationFn: () => api.learn.curl() })
  return (
    <>
      <p className="text-muted">
        The server signs the very bytes with the secret of the source. The command holds the
        signature and not the secret: it fits this body and this moment, and nothing else. Change a
        letter of the body and it is refused.
      </p>
      <div>
        <Button look={make.data ? 'plain' : 'primary'} onClick={() => make.mutate()}>
          {make.data ? 'Sign another one' : 'Sign a command'}
        </Button>
      </div>
      {make.error && <Failure error={make.error} />}
      {make.data && (
        <>
          <Shell command={make.data.curl} label="Command with a signature" />
          <p className="text-xs text-muted">
            The signature is good until {clockText(make.data.expiresAt).slice(0, 8)}. Send it twice:
            the second is answered as the first was, and nothing runs again.
          </p>
        </>
      )}
    </>
  )
}

function Shell({ command, label }: { readonly command: string; readonly label: string }) {
  return (
    <div className="flex min-w-0 items-start gap-1 rounded-lg border border-line bg-sunken p-1">
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        tabIndex={0}
        className="max-h-48 min-w-0 flex-1 overflow-auto p-2 focus-visible:-outline-offset-2"
      >
        <pre className="payload text-xs wrap-anywhere whitespace-pre-wrap">{command}</pre>
      </section>
      <CopyButton text={command} label="Copy the command" />
    </div>
  )
}
