/** A field for each setting that the provider declares. */
import type { ProviderSettingView, ProviderView } from 'hookline/client'
import { Field } from '../../parts/field.tsx'
import { settingVariable } from './app-lines.ts'

type Values = Readonly<Record<string, string>>

interface FieldsProps {
  readonly provider: ProviderView
  readonly values: Values
  readonly onChange: (values: Values) => void
}

export function SettingFields({ provider, values, onChange }: FieldsProps) {
  return (
    <div className="flex flex-col gap-4">
      {provider.settings.map((setting) => (
        <div key={setting.name} className="flex flex-col gap-1">
          {setting.isSecret ? (
            <SecretSetting provider={provider.name} setting={setting} />
          ) : (
            <Field label={labelOf(setting)}>
              <Input
                setting={setting}
                value={values[setting.name] ?? ''}
                onChange={(value) => onChange({ ...values, [setting.name]: value })}
              />
            </Field>
          )}
          <p className="text-xs text-muted">{setting.about.replaceAll('`', '')}</p>
        </div>
      ))}
    </div>
  )
}

function labelOf({ title, isRequired, hasDefault }: ProviderSettingView): string {
  if (!isRequired) return `${title} (optional)`
  return hasDefault ? `${title} (required, unless a public address is configured)` : title
}

/** It belongs into the environment, so that there is no field for it. */
interface SecretProps {
  readonly provider: string
  readonly setting: ProviderSettingView
}

function SecretSetting({ provider, setting }: SecretProps) {
  const variable = settingVariable(provider, setting.name)
  return (
    <p>
      <span className="text-xs font-medium text-muted">{setting.title}</span>
      <br />
      Set <code className="font-mono text-xs break-all">{variable}</code> in{' '}
      <code className="font-mono text-xs">.env.local</code> or the environment.
    </p>
  )
}

interface InputProps {
  readonly setting: ProviderSettingView
  readonly value: string
  readonly onChange: (value: string) => void
}

function Input({ setting, value, onChange }: InputProps) {
  const { kind, choices, isRequired } = setting
  const common = { value, required: isRequired, spellCheck: false }
  if (kind === 'choice') {
    return (
      <select
        className="input w-full"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        {choices.map((choice, i) => (
          <option key={choice} value={i === 0 ? '' : choice}>
            {choice}
          </option>
        ))}
      </select>
    )
  }
  if (kind === 'list') {
    return (
      <textarea
        {...common}
        className="input h-20 w-full py-1.5 font-mono"
        onChange={({ target }) => onChange(target.value)}
      />
    )
  }
  return (
    <input
      {...common}
      type={kind}
      className="input w-full font-mono"
      placeholder={kind === 'url' ? 'https://example.com/webhooks/…' : ''}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
