/** The first exercise: call an API and read the answer. */
import { useState } from 'react'
import { ExerciseCard, NeedsSandbox, Step } from './exercise-card.tsx'
import { PracticeCall } from './practice-call.tsx'
import { type Exercise, stepOf } from './use-learn.ts'

const calls = { path: '/calls', text: 'See the call' }

interface CallExerciseProps {
  readonly exercise: Exercise
  readonly hasSandbox: boolean
}

export function CallExercise({ exercise, hasSandbox }: CallExerciseProps) {
  const [name, setName] = useState('Ada Lovelace')
  const [id, setId] = useState('')
  return (
    <ExerciseCard
      number={1}
      title="Call an API and read the answer"
      why={
        'An API is another program that one asks over HTTP: a method, a path, perhaps some ' +
        'values. It answers with a status and with JSON. Here the sandbox plays the API of ' +
        'Stripe, so that no account is needed.'
      }
      exercise={exercise}
    >
      {!hasSandbox && <NeedsSandbox />}
      <Step title="Make a customer" step={stepOf(exercise, 'call_made')} proof={calls}>
        <p className="text-muted">
          The page asks this server under <code className="font-mono text-xs">/call</code>, and the
          server asks the API.
        </p>
        <PracticeCall
          label="Make a customer"
          request={() => ({
            ...{ api: 'sandbox', path: '/v1/customers', method: 'POST' },
            form: { name },
          })}
        >
          <span>POST /call/sandbox/v1/customers</span>
          <span className="flex min-w-0 items-center gap-1">
            name=
            <Field label="name" value={name} onChange={setName} placeholder="A name" />
          </span>
        </PracticeCall>
      </Step>
      <Step title="Read the answer" step={stepOf(exercise, 'answer_read')} proof={calls}>
        <p className="text-muted">
          The API gave the new customer an id. It is in the answer above and begins with{' '}
          <code className="font-mono text-xs">cus_</code>. Ask for that customer.
        </p>
        <PracticeCall
          label="Ask for the customer"
          isReady={/^cus_\w+$/.test(id.trim())}
          request={() => ({
            ...{ api: 'sandbox', method: 'GET' },
            path: `/v1/customers/${encodeURIComponent(id.trim())}`,
          })}
        >
          <span>GET /call/sandbox/v1/customers/</span>
          <Field label="id" value={id} onChange={setId} placeholder="cus_…" />
        </PracticeCall>
      </Step>
    </ExerciseCard>
  )
}

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder: string
}

function Field({ label, value, onChange, placeholder }: FieldProps) {
  return (
    <input
      aria-label={label}
      className="input w-56 max-w-full min-w-0 font-mono text-xs"
      required
      spellCheck={false}
      autoComplete="off"
      placeholder={placeholder}
      maxLength={100}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
