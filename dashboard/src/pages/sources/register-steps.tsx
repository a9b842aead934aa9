/** What a person does at the provider, with this server's own address filled in. */
import type { ProviderView } from 'hookline/client'
import { useServer } from '../../api/queries.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { Part } from './part.tsx'

interface StepsProps {
  readonly provider: ProviderView
  readonly name: string
}

export function RegisterSteps({ provider, name }: StepsProps) {
  const { title, docsUrl, endpointSteps, secret, types } = provider
  const base = useServer().data?.publicUrl?.replace(/\/$/, '')
  const address = `${base ?? location.origin}/webhooks/${encodeURIComponent(name)}`
  const fill = (text: string) =>
    text
      .replaceAll('{url}', address)
      .replaceAll('{types}', types.join(', '))
      .replaceAll('`hookline keys set {secret}`', 'this page')
      .replaceAll('{secret}', secret?.names[0] ?? 'its secret')
  return (
    <Part title={`At ${title}`}>
      <div className="flex min-w-0 items-center gap-1 rounded-md bg-sunken py-0.5 pr-0.5 pl-2.5">
        <code className="min-w-0 flex-1 truncate font-mono text-xs" title={address}>
          {address}
        </code>
        <CopyButton text={address} label="Copy the address" />
      </div>
      {base === undefined && (
        <p className="text-xs text-muted">
          This is the address of this page. {title} needs one that the internet reaches.
        </p>
      )}
      <ol className="flex list-decimal flex-col gap-1 pl-5">
        {endpointSteps.map((step) => (
          <li key={step} className="break-words">
            {fill(step)}
          </li>
        ))}
      </ol>
      <p className="text-xs text-muted">
        Its documentation:{' '}
        <a href={docsUrl} target="_blank" rel="noreferrer" className="break-all underline">
          {docsUrl}
        </a>
      </p>
    </Part>
  )
}
