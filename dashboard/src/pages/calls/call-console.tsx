/** The console: makes one call with the server's key, which it never sees, and shows the answer. */
import { useMutation } from '@tanstack/react-query'
import type { CalledApiView } from 'hookline/client'
import { type FormEvent, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { Failure } from '../../parts/notice.tsx'
import { CallAnswer } from './call-answer.tsx'
import { contentTypeOf, makeTestCall, type TestCall } from './console-call.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']

export function CallConsole({ apis }: { readonly apis: readonly CalledApiView[] }) {
  const [call, setCall] = useState<TestCall>(() => firstCall(apis[0]))
  const ending = useRef<AbortController>(undefined)
  const run = useMutation({
    mutationFn: () => {
      ending.current = new AbortController()
      return makeTestCall(call, ending.current.signal)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  const api = apis.find(({ name }) => name === call.api)
  return (
    <section aria-label="Console" className="px-4 pt-2 pb-4">
      <div className="card grid gap-4 p-4 xl:grid-cols-2">
        <form className="flex min-w-0 flex-col gap-3" onSubmit={submit}>
          <Fields apis={apis} call={call} onChange={setCall} />
          {api && <Advice api={api} />}
          <div className="flex items-center gap-2">
            <Button type="submit" look="primary" icon="call" disabled={run.isPending}>
              Send
            </Button>
            {run.isPending && <Button onClick={() => ending.current?.abort()}>End it</Button>}
          </div>
        </form>
        <div aria-live="polite" className="min-w-0">
          {run.error && <Failure error={run.error} />}
          {run.data && <CallAnswer key={run.submittedAt} answer={run.data} />}
          {run.isIdle && (
            <p className="text-muted">
              The server adds its key, and takes it out of the answer should it be there. The token
              of this call names one API, is good for a minute, and has the budget of any user.
            </p>
          )}
          {run.isPending && <p className="text-muted">Waiting for the answer…</p>}
        </div>
      </div>
    </section>
  )
}

/** The first call that the API allows; what stands for any part is left to be filled in. */
function firstCall(api: CalledApiView | undefined): TestCall {
  return { api: api?.name ?? '', body: '', ...targetOf(api?.allow[0]) }
}

function targetOf(rule = 'GET /'): Pick<TestCall, 'method' | 'path'> {
  const [method = 'GET', path = '/'] = rule.split(' ')
  return { method, path: path.replace(/\*\*$/, '') }
}

interface FieldsProps {
  readonly apis: readonly CalledApiView[]
  readonly call: TestCall
  readonly onChange: (call: TestCall) => void
}

function Fields({ apis, call, onChange }: FieldsProps) {
  const set = (change: Partial<TestCall>) => onChange({ ...call, ...change })
  const allowed = apis.find(({ name }) => name === call.api)?.allow ?? []
  const hasBody = call.method !== 'GET' && call.method !== 'HEAD'
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-[1fr_7rem_2fr]">
        <Field label="API">
          <select
            className="input w-full"
            value={call.api}
            onChange={({ target }) =>
              onChange(firstCall(apis.find(({ name }) => name === target.value)))
            }
          >
            {apis.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
        <Field label="Method">
          <select
            className="input w-full"
            value={call.method}
            onChange={({ target }) => set({ method: target.value })}
          >
            {methods.map((method) => (
              <option key={method}>{method}</option>
            ))}
          </select>
        </Field>
        <Field label="Path, with its query">
          <input
            className="input w-full font-mono"
            required
            spellCheck={false}
            value={call.path}
            onChange={({ target }) => set({ path: target.value })}
          />
        </Field>
      </div>
      <Allowed rules={allowed} onChoose={(rule) => set(targetOf(rule))} />
      {hasBody && (
        <Field label={`Body${call.body === '' ? '' : `, sent as ${contentTypeOf(call.body)}`}`}>
          <textarea
            className="input h-40 w-full py-2 font-mono text-xs"
            spellCheck={false}
            placeholder='{"name": "value"} or name=value'
            value={call.body}
            onChange={({ target }) => set({ body: target.value })}
          />
        </Field>
      )}
    </>
  )
}

interface AllowedProps {
  readonly rules: readonly string[]
  readonly onChoose: (rule: string) => void
}

/** What the API may be called with; each fills the fields in. */
function Allowed({ rules, onChoose }: AllowedProps) {
  if (rules.length === 0) return null
  return (
    <p className="flex flex-wrap items-center gap-1.5 text-xs text-muted">
      Allowed:
      {rules.map((rule) => (
        <button
          key={rule}
          type="button"
          onClick={() => onChoose(rule)}
          className="rounded-md border border-line px-1.5 py-0.5 font-mono break-all
            hover:border-edge hover:text-text"
        >
          {rule}
        </button>
      ))}
    </p>
  )
}

function Advice({ api: { name, hasKey, keyNames, allow } }: { readonly api: CalledApiView }) {
  const href = useHref()
  return (
    <>
      {!hasKey && (
        <p className="text-warn">
          No key is set for {name}.{' '}
          <Link href={href('/keys')} className="underline">
            Set {keyNames[0] ?? 'it'}
          </Link>{' '}
          first.
        </p>
      )}
      {allow.length === 0 && (
        <p className="text-warn">
          Clients may call nothing at {name}: it has no{' '}
          <code className="font-mono text-xs">allow</code> in the app's file.
        </p>
      )}
    </>
  )
}
