/** Makes one call through the server as any page would, with a token, and shows the answer. */
import { useMutation } from '@tanstack/react-query'
import { connect } from 'hookline/client'
import type { FormEvent, ReactNode } from 'react'
import { api } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy.tsx'
import { Failure } from '../../parts/notice.tsx'
import { Badge } from '../../parts/status.tsx'
import { visibleText } from '../../payload/visible-text.ts'
import { rereadLearn } from './use-learn.ts'

const tokenSeconds = 600
/** More of an answer is not shown. */
const charactersMax = 20_000

/** A token that may call these two and read nothing: what an app gives to its own pages. */
const line = connect('', {
  token: async () => {
    const grant = { sub: 'learn', apis: ['sandbox', 'learn'], expiresIn: tokenSeconds }
    return (await api.tokens.create(grant)).token
  },
})

const requestLine =
  'flex max-w-full min-w-0 flex-wrap items-center gap-1.5 font-mono text-xs sm:flex-1'

export interface PracticeRequest {
  readonly api: 'sandbox' | 'learn'
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly form?: Readonly<Record<string, string>>
}

interface Answer {
  readonly status: number
  readonly text: string
}

interface PracticeCallProps {
  readonly label: string
  readonly request: () => PracticeRequest
  readonly isReady?: boolean
  /** What is written before the button: the request, with the fields in it. */
  readonly children: ReactNode
}

export function PracticeCall({ label, request, isReady = true, children }: PracticeCallProps) {
  const run = useMutation({ mutationFn: () => send(request()), onSettled: rereadLearn })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  return (
    <form aria-label={label} className="flex flex-col gap-2.5" onSubmit={submit}>
      <div className="flex items-center gap-3 max-sm:flex-col max-sm:items-start">
        <span className={requestLine}>{children}</span>
        <Button type="submit" look="primary" disabled={run.isPending || !isReady}>
          Send
        </Button>
      </div>
      {run.error && <Failure error={run.error} />}
      {run.data && <AnswerView answer={run.data} label={`${label}: the answer`} />}
    </form>
  )
}

async function send({ api, path, method, form }: PracticeRequest): Promise<Answer> {
  const body = form && new URLSearchParams(form)
  const response = await line.call(api, path, { method, ...(body && { body }) })
  return { status: response.status, text: (await response.text()).slice(0, charactersMax) }
}

function AnswerView({ answer, label }: { readonly answer: Answer; readonly label: string }) {
  const { status, text } = answer
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <p className="flex items-center gap-2 border-b border-line bg-sunken py-0.5 pr-1 pl-3">
        <span className="text-xs text-muted">The answer</span>
        <Badge tone={status < 400 ? 'ok' : 'bad'}>{String(status)}</Badge>
        <span className="ml-auto">
          <CopyButton text={text} label="Copy the answer" />
        </span>
      </p>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        tabIndex={0}
        className="max-h-56 overflow-auto p-3 focus-visible:-outline-offset-2"
      >
        <pre className="payload break-all whitespace-pre-wrap">
          {indented(text).split('\n').map(visibleText).join('\n')}
        </pre>
      </section>
    </div>
  )
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
