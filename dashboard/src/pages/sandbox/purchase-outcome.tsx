/** What became of a payment: what the bank said, what the app was told, what its handlers did. */
import type { PurchaseView } from 'hookline/client'
import { Icon } from '../../parts/icon.tsx'
import { visibleText } from '../../payload/visible-text.ts'
import { EventLine, Outcomes } from './play-list.tsx'

export function PurchaseOutcome({ purchase }: { readonly purchase: PurchaseView }) {
  const { status, message, data } = purchase
  const isPaid = status === 'paid'
  const stored = data.flatMap(({ eventId, type }) => (eventId === null ? [] : [{ eventId, type }]))
  return (
    <div role="status" className="flex flex-col gap-2">
      <p className={`flex items-center gap-2 font-medium ${isPaid ? 'text-ok' : 'text-bad'}`}>
        <Icon name={isPaid ? 'check' : 'close'} size={14} />
        {isPaid ? 'Paid' : visibleText(message ?? 'Declined')}
      </p>
      {stored.length < data.length || data.length === 0 ? <Outcomes sendings={data} /> : null}
      {stored.length > 0 && (
        <>
          <p className="text-xs text-muted">Your app was told:</p>
          <ul className="flex flex-col gap-1.5">
            {stored.map(({ eventId, type }) => (
              <EventLine key={eventId} id={eventId} label={type} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
