/** Sources: where events come from, and what is missing before each is known to work. */
import { useSources } from '../../api/queries.ts'
import { useHref, useMode } from '../../mode.ts'
import { ButtonLink } from '../../parts/button.tsx'
import { Empty, Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { SourceCard } from './source-card.tsx'

export function SourcesPage() {
  const mode = useMode()
  const href = useHref()
  const { data, error } = useSources()
  if (error) return <Failure error={error} />
  if (!data) return <Loading />
  const sources = data.data.filter((source) => source.mode === mode)
  return (
    <>
      <PageTitle title="Sources" about="Each one is a provider, its secret and an address here.">
        <ButtonLink look="primary" icon="source" href={href('/sources/add')}>
          Add a source
        </ButtonLink>
      </PageTitle>
      {sources.length === 0 ? (
        <Empty icon="source" title={`No source is in ${mode} mode`} command="npx hookline init">
          A source is named in the app's own file:{' '}
          <code className="font-mono text-xs">{'sources: { stripe: stripe() }'}</code>
        </Empty>
      ) : (
        <ul className="grid gap-4 px-4 pt-2 pb-8 lg:grid-cols-2 2xl:grid-cols-3">
          {sources.map((source) => (
            <SourceCard key={source.name} source={source} />
          ))}
        </ul>
      )}
    </>
  )
}
