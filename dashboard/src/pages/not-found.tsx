/** A path of the dashboard that no page has. */
import { useHref } from '../mode.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Empty } from '../parts/notice.tsx'
import { PageTitle } from '../parts/page-title.tsx'

export function NotFound() {
  return (
    <>
      <PageTitle title="Not found" />
      <Empty icon="search" title="There is no such page">
        <p className="mb-4">The address is misspelt, or the page has moved.</p>
        <ButtonLink href={useHref()('')}>Go to the line</ButtonLink>
      </Empty>
    </>
  )
}
