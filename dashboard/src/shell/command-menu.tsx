/** Ctrl-K: one field that reaches every page, source, event and action by keyboard. */
import { type KeyboardEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { useSources } from '../api/queries.ts'
import { useShownPages } from '../api/sandbox.ts'
import { useHref } from '../mode.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { type Command, commandsFor } from './commands.ts'

const listId = 'commands'
const placed = 'mx-auto mt-[12dvh] mb-auto w-full max-w-xl rounded-xl max-sm:mt-4'

export function CommandMenu({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [, navigate] = useLocation()
  const href = useHref()
  const commands = commandsFor(text, useSources().data?.data ?? [], useShownPages())
  const run = (command: Command | undefined) => {
    if (!command) return
    if (typeof command.run === 'string') navigate(href(command.run))
    else command.run()
    onClose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') run(commands[at])
    if (step === undefined) return
    event.preventDefault()
    setAt((at + step + commands.length) % Math.max(1, commands.length))
  }
  return (
    <Dialog title="Commands" isTitleHidden onClose={onClose} className={placed}>
      <div className="flex items-center gap-2.5 border-b border-line px-4 text-muted">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Find an event, a page or an action"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={commands[at] && `${listId}-${at}`}
          placeholder="An event's id, a page, a source, an action"
          className="h-12 min-w-0 flex-1 bg-transparent text-base text-text outline-none
            placeholder:text-muted placeholder:opacity-100"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <Options commands={commands} at={at} onHover={setAt} onRun={run} />
    </Dialog>
  )
}

interface OptionsProps {
  readonly commands: readonly Command[]
  readonly at: number
  readonly onHover: (at: number) => void
  readonly onRun: (command: Command) => void
}

function Options({ commands, at, onHover, onRun }: OptionsProps) {
  return (
    <div
      role="listbox"
      id={listId}
      aria-label="Commands"
      className="max-h-[60dvh] overflow-y-auto p-2"
    >
      {commands.map((command, i) => (
        <div
          key={command.id}
          id={`${listId}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === at}
          onMouseMove={() => onHover(i)}
          onClick={() => onRun(command)}
          onKeyDown={() => {}}
          className={`flex cursor-pointer items-center gap-3 rounded-md px-3 py-2 ${
            i === at ? 'bg-accent-soft' : ''
          }`}
        >
          <span className={i === at ? 'text-accent' : 'text-muted'}>
            <Icon name={command.icon} />
          </span>
          <span className="min-w-0 flex-1 truncate">{command.title}</span>
          <span className="truncate text-xs text-muted max-sm:hidden">{command.about}</span>
        </div>
      ))}
    </div>
  )
}
