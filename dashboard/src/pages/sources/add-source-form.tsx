/** The form of one provider, built from what its declaration says, as steps from top to bottom. */
import type { ProviderView } from 'hookline/client'
import { useState } from 'react'
import { useServer, useSources } from '../../api/queries.ts'
import { useMode } from '../../mode.ts'
import { Field } from '../../parts/field.tsx'
import { appLines } from './app-lines.ts'
import { Lines } from './lines.tsx'
import { NewSecret } from './new-secret.tsx'
import { Part } from './part.tsx'
import { RegisterSteps } from './register-steps.tsx'
import { SettingFields } from './setting-fields.tsx'
import { Waiting } from './waiting.tsx'

interface FormProps {
  readonly provider: ProviderView
  readonly name: string
  readonly onRename: (name: string) => void
}

const namePattern = '[a-zA-Z0-9][a-zA-Z0-9_\\-]{0,62}'

export function AddSourceForm({ provider, name, onRename }: FormProps) {
  const mode = useMode()
  const server = useServer().data
  const known = useSources().data?.data.find((source) => source.name === name)
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>({})
  const isOther = known !== undefined && known.provider !== provider.name
  const own = server === undefined || server.mode === mode ? undefined : mode
  const lines = appLines({ provider, name, settings, mode: own })
  return (
    <div className="grid gap-4 px-4 pt-2 pb-8 xl:grid-cols-[3fr_2fr]">
      <ol className="flex min-w-0 flex-col gap-4">
        <Part title="Its name here">
          <Field label="Name, which is also the end of its address">
            <input
              className="input w-full max-w-xs font-mono"
              pattern={namePattern}
              spellCheck={false}
              defaultValue={name}
              onBlur={({ target }) => target.validity.valid && onRename(target.value)}
            />
          </Field>
          {isOther && <p className="text-warn">The app has a source of this name already.</p>}
        </Part>
        <NewSecret provider={provider} mode={mode} />
        {provider.settings.length > 0 && (
          <Part title="Settings">
            <SettingFields provider={provider} values={settings} onChange={setSettings} />
          </Part>
        )}
        <Part title="Into the app's file">
          <Lines title="To its imports" text={lines.imports} />
          <Lines title="Into sources: { … }" text={lines.source} />
          <Lines title="Below hookline({ … }): what is done with an event" text={lines.handler} />
        </Part>
        <RegisterSteps provider={provider} name={name} />
      </ol>
      <Waiting name={name} provider={provider} />
    </div>
  )
}
