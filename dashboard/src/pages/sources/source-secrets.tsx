/** The secrets of a source, without their values; after a rotation, how long both are good. */
import type { KeyOrigin, Mode, SourceSecretView, SourceView } from 'hookline/client'
import { useEffect, useState } from 'react'
import { queries } from '../../api/queries.ts'
import { Button } from '../../parts/button.tsx'
import { leftText, useNow } from '../../parts/time.tsx'
import { KeyDialog, type KeyTask } from '../keys/key-dialog.tsx'

const places: Readonly<Record<KeyOrigin, string>> = {
  vault: 'in the vault',
  environment: 'in the environment',
  '.env.local': 'in .env.local',
  code: "in the app's code",
  dev: 'made for dev',
}

/** Where a value is changed that is not the vault's to change. */
const hints: Readonly<Partial<Record<KeyOrigin, string>>> = {
  environment: 'To rotate it, set both values there, separated by a space.',
  '.env.local': 'To rotate it, write both values there, separated by a space.',
  code: 'Keep it in the vault or the environment, not in the code.',
}

export function SourceSecrets({ source }: { readonly source: SourceView }) {
  const { name, mode, secrets, handshake } = source
  const hint = hints[secrets[0]?.origin ?? 'vault']
  const graceEnd = secrets.find(({ goodUntil }) => goodUntil !== null)?.goodUntil
  if (secrets.length === 0 && handshake !== 'secret_missing') {
    return <p className="text-xs text-muted">It needs no secret here.</p>
  }
  return (
    <section aria-label={`Secrets of ${name}`} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="text-xs font-medium text-muted">
          {secrets.length > 1 ? 'Secrets' : 'Secret'}
        </h3>
        <span className="ml-auto">
          <Change source={source} mode={mode} />
        </span>
      </div>
      <ul className="flex flex-col gap-1.5">
        {secrets.map((secret, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the position is what they are told by
          <SecretRow key={i} secret={secret} />
        ))}
      </ul>
      {graceEnd && <GraceEnd at={graceEnd} />}
      {hint !== undefined && <p className="text-xs text-muted">{hint}</p>}
    </section>
  )
}

function SecretRow({ secret }: { readonly secret: SourceSecretView }) {
  const { kind, name, origin, fingerprint, goodUntil } = secret
  return (
    <li className="rounded-md border border-line px-3 py-2 text-xs">
      <div className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">{kind ?? 'Secret'}</span>
        <span className="text-muted">{places[origin]}</span>
        {fingerprint !== null && (
          <span className="ml-auto font-mono text-muted" title="Fingerprint">
            {fingerprint}
          </span>
        )}
      </div>
      {name !== null && <p className="mt-0.5 font-mono break-all text-muted">{name}</p>}
      {goodUntil !== null && <Left until={goodUntil} />}
    </li>
  )
}

function Left({ until }: { readonly until: string }) {
  const leftMs = Date.parse(until) - useNow()
  return (
    <p role="timer" className="mt-1 font-medium text-warn tabular-nums">
      {leftMs > 0 ? `Replaced. Good for ${leftText(leftMs)} more.` : 'Replaced, and over.'}
    </p>
  )
}

/** The server takes notice of the end within a second, and no change tells of it. */
const noticeMs = 1_500
const timerMsMax = 2_000_000_000

function GraceEnd({ at }: { readonly at: string }) {
  useEffect(() => {
    const ms = Math.max(0, Date.parse(at) - Date.now()) + noticeMs
    if (ms > timerMsMax) return
    const timer = setTimeout(() => void queries.invalidateQueries({ queryKey: ['sources'] }), ms)
    return () => clearTimeout(timer)
  }, [at])
  return null
}

function Change({ source, mode }: { readonly source: SourceView; readonly mode: Mode }) {
  const [task, setTask] = useState<KeyTask>()
  const kept = source.secrets.find(({ origin }) => origin === 'vault')
  const [usual] = source.secretNames
  if (kept?.name) {
    const { name } = kept
    return (
      <>
        <Button icon="replay" onClick={() => setTask({ act: 'rotate', name })}>
          Rotate
        </Button>
        {task && <KeyDialog task={task} mode={mode} onClose={() => setTask(undefined)} />}
      </>
    )
  }
  const isSetElsewhere = source.secrets.some(({ origin }) => origin !== 'dev')
  if (isSetElsewhere || usual === undefined) return null
  return (
    <>
      <Button icon="key" onClick={() => setTask({ act: 'set', name: usual })}>
        Set
      </Button>
      {task && <KeyDialog task={task} mode={mode} onClose={() => setTask(undefined)} />}
    </>
  )
}
