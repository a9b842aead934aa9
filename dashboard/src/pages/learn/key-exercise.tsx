/** The third exercise: keep a key on the server, use it, and find it nowhere in the page. */
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { queries } from '../../api/queries.ts'
import { api } from '../../api/server.ts'
import { useMode } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy.tsx'
import { Failure } from '../../parts/notice.tsx'
import { randomText } from '../../parts/random-text.ts'
import { ExerciseCard, NeedsSandbox, Step } from './exercise-card.tsx'
import { KeySearch } from './key-search.tsx'
import { PracticeCall } from './practice-call.tsx'
import { type Exercise, rereadLearn, stepOf } from './use-learn.ts'

const keyName = 'LEARN_KEY'
/** What the sandbox takes for a key of a test account. */
const keyStart = 'sk_test_'
const keyCharacters = 24

interface KeyExerciseProps {
  readonly exercise: Exercise
  readonly hasSandbox: boolean
}

export function KeyExercise({ exercise, hasSandbox }: KeyExerciseProps) {
  return (
    <ExerciseCard
      number={3}
      title="Keep a key on the server"
      why={
        'Whoever has the key of an API can spend your money with it. What a browser is given, ' +
        'everybody can read. So the key stays in the vault of this server, and pages get a token ' +
        'that is good for little and soon over.'
      }
      exercise={exercise}
    >
      {!hasSandbox && <NeedsSandbox />}
      <Step
        title="Put a key into the vault"
        step={stepOf(exercise, 'key_kept')}
        proof={{ path: '/keys', text: 'See what is told of it' }}
      >
        <KeyForm />
      </Step>
      <Step
        title="Call with it"
        step={stepOf(exercise, 'key_used')}
        proof={{ path: '/calls', text: 'See the call' }}
      >
        <p className="text-muted">
          The page sends no key. The server adds the one of the vault; without it the API would
          refuse.
        </p>
        <PracticeCall
          label="Call with the key"
          request={() => ({ api: 'learn', path: '/v1/balance', method: 'GET' })}
        >
          <span>GET /call/learn/v1/balance</span>
        </PracticeCall>
      </Step>
      <Step
        title="Look for it in this page"
        step={stepOf(exercise, 'page_searched')}
        proof={{ path: '/audit', text: 'See the entry' }}
      >
        <KeySearch keyName={keyName} />
      </Step>
    </ExerciseCard>
  )
}

function KeyForm() {
  const mode = useMode()
  const [value, setValue] = useState('')
  const save = useMutation({
    mutationFn: () => api.keys.set(keyName, { value: value.trim(), mode }),
    onSuccess: () => {
      setValue('')
      void queries.invalidateQueries({ queryKey: ['keys'] })
    },
    onSettled: rereadLearn,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form aria-label="Put a key into the vault" className="flex flex-col gap-2" onSubmit={submit}>
      <p className="text-muted">
        Make one up and copy it: nobody will show it to you again. The sandbox takes anything that
        begins with <code className="font-mono text-xs">{keyStart}</code>.
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-mono text-xs">{keyName}</span>
        <input
          aria-label="Value of the key"
          className="input min-w-0 flex-1 basis-56 font-mono text-xs"
          required
          pattern={`${keyStart}\\w{16,}`}
          title={`${keyStart} and at least 16 letters or digits`}
          spellCheck={false}
          autoComplete="off"
          maxLength={200}
          value={value}
          onChange={({ target }) => setValue(target.value)}
        />
        <CopyButton text={value} label="Copy the key" />
        <Button onClick={() => setValue(keyStart + randomText(keyCharacters))}>Make one up</Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          Keep it
        </Button>
      </div>
      {save.error && <Failure error={save.error} />}
    </form>
  )
}
