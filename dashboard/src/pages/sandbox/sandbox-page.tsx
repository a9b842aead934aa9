/** Sandbox: has the pretend companies of `dev` send events, and shows what each sending did. */
import type { SandboxProviderView } from 'hookline/client'
import { useSources } from '../../api/queries.ts'
import { useSandbox } from '../../api/sandbox.ts'
import { useMode } from '../../mode.ts'
import { Empty, Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { PlayList } from './play-list.tsx'
import { Player } from './player.tsx'

export function SandboxPage() {
  return (
    <>
      <PageTitle
        title="Sandbox"
        about="Pretend companies on this machine. They sign their events as the real ones do."
      />
      <Content />
    </>
  )
}

function Content() {
  const mode = useMode()
  const { data, error, refetch } = useSandbox()
  const sources = useSources()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data || !sources.data) return <Loading />
  if (!data.isRunning) return <NotRunning />
  const ofMode = new Set(
    sources.data.data.filter((source) => source.mode === mode).map(({ name }) => name),
  )
  const receiving = data.providers.map((provider) => ({
    ...provider,
    sources: provider.sources.filter((name) => ofMode.has(name)),
  }))
  return (
    <div className="grid gap-4 px-4 pt-2 pb-8 xl:grid-cols-[3fr_2fr] xl:items-start">
      <div className="flex min-w-0 flex-col gap-4">
        {receiving.map((provider) => (
          <Provider key={provider.provider} provider={provider} />
        ))}
      </div>
      <PlayList />
    </div>
  )
}

function NotRunning() {
  return (
    <Empty icon="sandbox" title="No sandbox runs here">
      It is a part of <code className="font-mono text-xs">hookline dev</code> alone, and a server in
      production has none.
    </Empty>
  )
}

function Provider({ provider }: { readonly provider: SandboxProviderView }) {
  const mode = useMode()
  if (provider.sources.length > 0) return <Player provider={provider} />
  return (
    <section aria-label={provider.title} className="card">
      <Empty icon="source" title={`No ${mode} source could receive an event of ${provider.title}`}>
        The sandbox sends to the sources of this app that are of {provider.title} and in test mode.
        Add one to the app's file:{' '}
        <code className="font-mono text-xs whitespace-nowrap">
          {`sources: { ${provider.provider}: ${provider.provider}() }`}
        </code>
      </Empty>
    </section>
  )
}
