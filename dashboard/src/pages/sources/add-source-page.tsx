/**
 * Add a source: choose its provider, store its secret, paste the lines into the app, and watch it
 * arrive. What was chosen is in the address; the secret is sent once and forgotten by the page.
 */
import { useLocation, useSearch } from 'wouter'
import { useProviders } from '../../api/queries.ts'
import { useHref } from '../../mode.ts'
import { ButtonLink } from '../../parts/button.tsx'
import { Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { AddSourceForm } from './add-source-form.tsx'
import { anySenderId } from './any-sender.tsx'
import { ProviderPicker } from './provider-picker.tsx'

export function AddSourcePage() {
  const [, navigate] = useLocation()
  const search = new URLSearchParams(useSearch())
  const href = useHref()
  const { data, error } = useProviders()
  if (error) return <Failure error={error} />
  if (!data) return <Loading />
  const provider = data.data.find(({ name }) => name === search.get('provider'))
  const choose = (next: Readonly<Record<string, string>>) =>
    navigate(href(`/sources/add?${new URLSearchParams(next)}`))
  return (
    <>
      <PageTitle
        title="Add a source"
        about={
          provider ? (
            `Events of ${provider.title}, checked and stored here.`
          ) : (
            <>
              Who sends the events? Any other sender is declared with{' '}
              <a href={`#${anySenderId}`} className="font-mono text-xs text-accent underline">
                {'custom({ … })'}
              </a>
              .
            </>
          )
        }
      >
        <ButtonLink look="quiet" href={href(provider ? '/sources/add' : '/sources')}>
          {provider ? 'Another provider' : 'All sources'}
        </ButtonLink>
      </PageTitle>
      {provider ? (
        <AddSourceForm
          key={provider.name}
          provider={provider}
          name={search.get('name') ?? provider.name}
          onRename={(name) => choose({ provider: provider.name, name })}
        />
      ) : (
        <ProviderPicker
          providers={data.data}
          onChoose={({ name }) => choose({ provider: name, name })}
        />
      )}
    </>
  )
}
