/** An exercise: why, its steps, and for each whether it was done. The server alone says so. */
import type { LearnStepView } from 'hookline/client'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { Icon } from '../../parts/icon.tsx'
import { Badge } from '../../parts/status.tsx'
import { Ago } from '../../parts/time.tsx'
import type { Exercise } from './use-learn.ts'

interface ExerciseCardProps {
  readonly number: number
  readonly title: string
  readonly why: ReactNode
  readonly exercise: Exercise
  readonly children: ReactNode
}

export function ExerciseCard({ number, title, why, exercise, children }: ExerciseCardProps) {
  const { isDone } = exercise
  return (
    <li aria-label={title} className={`card min-w-0 ${isDone ? 'border-ok' : ''}`}>
      <header
        className={`flex flex-wrap items-center gap-3 rounded-t-xl border-b border-line px-4 py-3 ${
          isDone ? 'bg-ok-soft' : ''
        }`}
      >
        <Mark isDone={isDone}>{number}</Mark>
        <h2 className="min-w-0 flex-1 text-base font-semibold">{title}</h2>
        <Badge tone={isDone ? 'ok' : 'muted'}>{isDone ? 'done' : 'to do'}</Badge>
      </header>
      <p className="max-w-prose px-4 pt-4">{why}</p>
      <ol className="flex flex-col gap-5 p-4">{children}</ol>
    </li>
  )
}

interface StepProps {
  readonly title: string
  readonly step: LearnStepView
  readonly proof: { readonly path: string; readonly text: string }
  readonly children: ReactNode
}

/** What is to be done, and where the proof of it is once it was. */
export function Step({ title, step, proof, children }: StepProps) {
  const href = useHref()
  const { doneAt } = step
  return (
    <li className="flex gap-3" data-done={doneAt !== null}>
      <Mark isDone={doneAt !== null} />
      <div className="flex min-w-0 flex-1 flex-col gap-2.5">
        <h3 className="pt-0.5 font-medium">
          {title}
          <span className="sr-only">{doneAt === null ? ', to do' : ', done'}</span>
        </h3>
        {children}
        {doneAt !== null && (
          <p role="status" className="text-ok">
            Recorded <Ago at={doneAt} />.{' '}
            <Link href={href(proof.path)} className="font-medium underline underline-offset-2">
              {proof.text}
            </Link>
          </p>
        )}
      </div>
    </li>
  )
}

function Mark({ isDone, children }: { readonly isDone: boolean; readonly children?: ReactNode }) {
  return (
    <span
      aria-hidden="true"
      className={`flex size-6 shrink-0 items-center justify-center rounded-full border text-xs
        font-semibold ${isDone ? 'border-ok bg-ok-soft text-ok' : 'border-edge text-muted'}`}
    >
      {isDone ? <Icon name="check" size={12} /> : children}
    </span>
  )
}

/** Where the sandbox is needed and does not run. */
export function NeedsSandbox() {
  return (
    <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
      This one needs the sandbox, and the server was started without it. Start{' '}
      <code className="font-mono text-xs">hookline dev</code> without --no-sandbox.
    </p>
  )
}
