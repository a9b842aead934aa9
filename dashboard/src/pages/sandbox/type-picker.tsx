/** The types of a pretend company as buttons, grouped by what they are about; or any other type. */
import { useId } from 'react'

interface TypePickerProps {
  readonly types: readonly string[]
  readonly chosen: string
  readonly onChoose: (type: string) => void
}

export function TypePicker({ types, chosen, onChoose }: TypePickerProps) {
  const id = useId()
  const groups = Map.groupBy(types, (type) => type.slice(0, type.lastIndexOf('.')))
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 font-medium">Which event</legend>
      <dl className="flex flex-col gap-2 sm:gap-1">
        {[...groups].map(([about, group]) => (
          <div key={about} className="flex flex-col gap-x-3 gap-y-1 sm:flex-row">
            <dt className="w-44 shrink-0 truncate pt-1 font-mono text-xs text-muted">{about}</dt>
            <dd className="flex flex-wrap gap-1.5">
              {group.map((type) => (
                <Choice
                  key={type}
                  type={type}
                  isChosen={type === chosen}
                  onChoose={() => onChoose(type)}
                />
              ))}
            </dd>
          </div>
        ))}
        <div className="flex flex-col gap-x-3 gap-y-1 sm:flex-row">
          <dt className="w-44 shrink-0 pt-1.5 text-xs text-muted">
            <label htmlFor={id}>Chosen, or any other</label>
          </dt>
          <dd className="min-w-0 flex-1">
            <input
              id={id}
              className="input w-full max-w-80 font-mono text-xs"
              spellCheck={false}
              autoComplete="off"
              value={chosen}
              onChange={({ target }) => onChoose(target.value)}
            />
          </dd>
        </div>
      </dl>
    </fieldset>
  )
}

interface ChoiceProps {
  readonly type: string
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function Choice({ type, isChosen, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-label={type}
      aria-pressed={isChosen}
      onClick={onChoose}
      className={`h-7 rounded-md border px-2 font-mono text-xs transition-colors ${
        isChosen
          ? 'border-accent bg-accent-soft text-accent'
          : 'border-edge bg-surface hover:bg-sunken'
      }`}
    >
      {type.slice(type.lastIndexOf('.') + 1)}
    </button>
  )
}
