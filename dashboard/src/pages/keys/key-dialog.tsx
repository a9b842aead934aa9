/** Sets, rotates or removes a key. The value is sent once and forgotten by the page. */
import { useMutation } from '@tanstack/react-query'
import type { Mode } from 'hookline/client'
import { type FormEvent, useState } from 'react'
import { queries } from '../../api/queries.ts'
import { api } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { Failure } from '../../parts/notice.tsx'

export interface KeyTask {
  readonly act: 'set' | 'rotate' | 'remove'
  /** Empty where it is still to be named. */
  readonly name: string
}

interface KeyDialogProps {
  readonly task: KeyTask
  readonly mode: Mode
  readonly onClose: () => void
}

const titles = { set: 'Set a key', rotate: 'Rotate a key', remove: 'Remove a key' } as const
const abouts = {
  set: 'Sealed under the master key before it is stored. What it was before is gone.',
  rotate: 'The value before stays good for a while, so that nothing is refused meanwhile.',
  remove: 'It is removed from the vault with all of its values. What uses it stops working.',
} as const

const graces = [
  { name: 'an hour more', ms: 3_600_000 },
  { name: 'a day more', ms: 86_400_000 },
  { name: 'a week more', ms: 604_800_000 },
] as const

export function KeyDialog({ task, mode, onClose }: KeyDialogProps) {
  const [name, setName] = useState(task.name)
  const [value, setValue] = useState('')
  const [graceMs, setGraceMs] = useState<number>(graces[1].ms)
  const run = useMutation({
    mutationFn: () => perform(task.act, name.trim(), { value, mode, graceMs }),
    onSuccess: () => {
      for (const key of ['keys', 'sources']) void queries.invalidateQueries({ queryKey: [key] })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  return (
    <Dialog title={`${titles[task.act]} (${mode})`} onClose={onClose}>
      <form className="flex flex-col gap-4 p-4" onSubmit={submit}>
        <p>{abouts[task.act]}</p>
        <Field label="Name">
          <input
            className="input w-full font-mono"
            required
            readOnly={task.name !== ''}
            placeholder="STRIPE_WEBHOOK_SECRET"
            spellCheck={false}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </Field>
        {task.act !== 'remove' && (
          <Field label="Value">
            <input
              className="input w-full font-mono"
              type="password"
              required
              autoComplete="off"
              value={value}
              onChange={({ target }) => setValue(target.value)}
            />
          </Field>
        )}
        {task.act === 'rotate' && <Grace graceMs={graceMs} onChange={setGraceMs} />}
        {run.error && <Failure error={run.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button
            type="submit"
            look={task.act === 'remove' ? 'danger' : 'primary'}
            disabled={run.isPending}
          >
            {titles[task.act].split(' ', 1)[0]}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface GraceProps {
  readonly graceMs: number
  readonly onChange: (graceMs: number) => void
}

function Grace({ graceMs, onChange }: GraceProps) {
  return (
    <Field label="The value before is good for">
      <select
        className="input w-full"
        value={graceMs}
        onChange={({ target }) => onChange(Number(target.value))}
      >
        {graces.map(({ name, ms }) => (
          <option key={ms} value={ms}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  )
}

interface NewValue {
  readonly value: string
  readonly mode: Mode
  readonly graceMs: number
}

async function perform(act: KeyTask['act'], name: string, { value, mode, graceMs }: NewValue) {
  if (act === 'remove') await api.keys.remove(name, { mode })
  else if (act === 'set') await api.keys.set(name, { value, mode })
  else await api.keys.rotate(name, { value, mode, graceMs })
}
