/** Keys: names, where each comes from and when it was used. A value goes in and never comes out. */
import { useQuery } from '@tanstack/react-query'
import type { KeyView } from 'hookline/client'
import { useState } from 'react'
import { api } from '../../api/server.ts'
import { useMode } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Badge, type Tone } from '../../parts/status.tsx'
import { Ago, spanText, useNow } from '../../parts/time.tsx'
import { KeyDialog, type KeyTask } from './key-dialog.tsx'

export function KeysPage() {
  const mode = useMode()
  const [task, setTask] = useState<KeyTask>()
  const { data, error } = useQuery({
    queryKey: ['keys'],
    queryFn: () => api.keys.list({ limit: 200 }),
  })
  const keys = data?.data.filter((key) => key.mode === mode) ?? []
  return (
    <>
      <PageTitle title="Keys" about="Names and fingerprints. Nobody reads a value here.">
        <Button look="primary" icon="key" onClick={() => setTask({ act: 'set', name: '' })}>
          Set a key
        </Button>
      </PageTitle>
      <div className="border-t border-line">
        {error && <Failure error={error} />}
        {!data && !error && <Loading />}
        {data && keys.length === 0 && (
          <Empty icon="key" title={`No ${mode} key is set or wanted`}>
            Sources and APIs of the app name the keys that they want.
          </Empty>
        )}
        <ul aria-label="Keys" className="divide-y divide-line">
          {keys.map((key) => (
            <KeyRow key={key.name} view={key} onTask={setTask} />
          ))}
        </ul>
      </div>
      {task && <KeyDialog task={task} mode={mode} onClose={() => setTask(undefined)} />}
    </>
  )
}

const origins: Readonly<Record<string, readonly [tone: Tone, text: string]>> = {
  vault: ['ok', 'vault'],
  environment: ['info', 'environment'],
  '.env.local': ['info', '.env.local'],
  code: ['warn', 'code'],
  dev: ['muted', 'made for dev'],
}

function KeyRow({ view, onTask }: { view: KeyView; onTask: (task: KeyTask) => void }) {
  const { name, origin, kind, fingerprint, usedBy, lastUsedAt, version } = view
  const [tone, text] = origins[origin ?? ''] ?? (['bad', 'not set'] as const)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <div className="flex flex-wrap items-center gap-2">
          <span className="font-mono text-sm font-medium break-all">{name}</span>
          <Badge tone={tone}>{text}</Badge>
        </div>
        <p className="mt-0.5 text-xs text-muted">
          {[kind, usedBy.join(', '), fingerprint && `fingerprint ${fingerprint}`]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <Grace view={view} />
      </div>
      <span className="text-xs text-muted">
        {lastUsedAt === null ? (
          'Not used yet'
        ) : (
          <>
            Used <Ago at={lastUsedAt} />
          </>
        )}
      </span>
      <span className="flex gap-2">
        {version === null ? (
          <Button onClick={() => onTask({ act: 'set', name })}>Set</Button>
        ) : (
          <>
            <Button icon="replay" onClick={() => onTask({ act: 'rotate', name })}>
              Rotate
            </Button>
            <Button look="danger" onClick={() => onTask({ act: 'remove', name })}>
              Remove
            </Button>
          </>
        )}
      </span>
    </li>
  )
}

function Grace({ view }: { readonly view: KeyView }) {
  const now = useNow()
  const { graceUntil, isHidden, origin } = view
  const leftMs = graceUntil === null ? 0 : Date.parse(graceUntil) - now
  return (
    <>
      {leftMs > 0 && (
        <p className="mt-0.5 text-xs text-warn tabular-nums">
          The value before is good for {spanText(leftMs)} more.
        </p>
      )}
      {isHidden && (
        <p className="mt-0.5 text-xs text-warn">
          The vault has one too. The one of {origin} is used.
        </p>
      )}
    </>
  )
}
