/** Rejected: what was refused at the door, and why. */
import { PageTitle } from '../../parts/page-title.tsx'
import { RejectionRows } from './rejection-rows.tsx'

export function RejectedPage() {
  return (
    <>
      <PageTitle
        title="Rejected"
        about="Requests that were refused. The sender sees only that they were."
      />
      <div className="border-t border-line">
        <RejectionRows />
      </div>
    </>
  )
}
