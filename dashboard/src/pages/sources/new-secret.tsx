/** Takes the secret of a new source and stores it under the right name. It is not shown again. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Mode, ProviderView } from 'hookline/client'
import { type FormEvent, useState } from 'react'
import { queries } from '../../api/queries.ts'
import { api } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy.tsx'
import { Field } from '../../parts/field.tsx'
import { Failure } from '../../parts/notice.tsx'
import { randomText } from '../../parts/random-text.ts'
import { Badge } from '../../parts/status.tsx'
import { Part } from './part.tsx'

const secretCharacters = 40

interface SecretProps {
  readonly provider: ProviderView
  readonly mode: Mode
}

export function NewSecret({ provider, mode }: SecretProps) {
  const { secret, title } = provider
  const stored = useStored(secret?.names ?? [], mode)
  const [isReplacing, setReplacing] = useState(false)
  if (secret === null) {
    return (
      <Part title="Its secret">
        <p>{title} signs with keys that it publishes. There is no secret to set.</p>
      </Part>
    )
  }
  return (
    <Part title={`Its ${secret.title}`}>
      {stored && !isReplacing ? (
        <div className="flex flex-wrap items-center gap-3">
          <Badge tone="ok">set</Badge>
          <code className="font-mono text-xs break-all">{stored.name}</code>
          {stored.fingerprint !== null && (
            <span className="text-xs text-muted">fingerprint {stored.fingerprint}</span>
          )}
          {stored.origin === 'vault' && (
            <Button look="quiet" onClick={() => setReplacing(true)}>
              Replace
            </Button>
          )}
        </div>
      ) : (
        <SecretField secret={secret} mode={mode} onStored={() => setReplacing(false)} />
      )}
    </Part>
  )
}

function useStored(names: readonly string[], mode: Mode) {
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => api.keys.list({ limit: 200 }) })
  return keys.data?.data.find(
    (key) =>
      names.includes(key.name) && key.mode === mode && key.origin !== null && key.origin !== 'dev',
  )
}

interface FieldProps {
  readonly secret: NonNullable<ProviderView['secret']>
  readonly mode: Mode
  readonly onStored: () => void
}

function SecretField({ secret, mode, onStored }: FieldProps) {
  const { title, names, begins, isPublic, isChosen } = secret
  const [value, setValue] = useState('')
  const [madeUp, setMadeUp] = useState<string>()
  const [name = ''] = names
  const store = useMutation({
    mutationFn: () => api.keys.set(name, { value, mode }),
    onSuccess: () => {
      setValue('')
      setMadeUp(undefined)
      void queries.invalidateQueries({ queryKey: ['keys'] })
      onStored()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    store.mutate()
  }
  return (
    <form className="flex flex-col gap-3" onSubmit={submit}>
      <p className="text-muted">
        {isPublic
          ? 'It is no secret, and is kept with the others.'
          : 'It is sealed and never shown.'}{' '}
        In <code className="font-mono text-xs">hookline dev</code> one is made where none is set.
      </p>
      <Field label={`The ${title}${begins === null ? '' : `, which begins with ${begins}`}`}>
        <input
          className="input w-full font-mono"
          // One that was made up is to be read and copied, before nobody can any more.
          type={value !== '' && value === madeUp ? 'text' : 'password'}
          required
          autoComplete="off"
          placeholder={begins === null ? '' : `${begins}…`}
          value={value}
          onChange={({ target }) => setValue(target.value)}
        />
      </Field>
      {isChosen && (
        <MakeUp
          value={value}
          onMade={() => {
            const made = (begins ?? '') + randomText(secretCharacters)
            setMadeUp(made)
            setValue(made)
          }}
        />
      )}
      {store.error && <Failure error={store.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" icon="key" disabled={store.isPending}>
          Store it
        </Button>
        <span className="text-xs text-muted">
          as <code className="font-mono">{name}</code>, for {mode} mode
        </span>
      </div>
    </form>
  )
}

function MakeUp({ value, onMade }: { readonly value: string; readonly onMade: () => void }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button onClick={onMade}>Make one up</Button>
      <CopyButton text={value} label="Copy the secret" />
      <span className="min-w-0 text-xs text-muted">Copy it first: the provider needs it too.</span>
    </div>
  )
}
