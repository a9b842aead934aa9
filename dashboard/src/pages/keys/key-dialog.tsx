/** Sets, rotates or removes a key. The value is sent once and forgotten by the page. */
import { useMutation } from '@tanstack/react-query'
import type { Mode } from 'hookline/client'
import { type FormEvent, useState } from 'react'
import { queries } from '../../api/queries.ts'
import { api } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
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
  rotate: 'The value before is good for a day more, so that nothing is refused meanwhile.',
  remove: 'It is removed from the vault with all of its values. What uses it stops working.',
} as const

export function KeyDialog({ task, mode, onClose }: KeyDialogProps) {
  const [name, setName] = useState(task.name)
  const [value, setValue] = useState('')
  const run = useMutation({
    mutationFn: () => perform(task.act, name.trim(), value, mode),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['keys'] })
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

function Field({
  label,
  children,
}: {
  readonly label: string
  readonly children: React.ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="flex flex-col gap-1">
      <span className="text-xs font-medium text-muted">{label}</span>
      {children}
    </label>
  )
}

async function perform(act: KeyTask['act'], name: string, value: string, mode: Mode) {
  if (act === 'remove') return await api.keys.remove(name, { mode })
  await api.keys[act](name, { value, mode })
}
