/**
 * A pretend shop in the shape of a phone, beside the line: whoever presses its button sees the
 * events of the payment run. It is there where a sandbox runs, in test mode, and can be put away.
 */
import { useMutation } from '@tanstack/react-query'
import type { PurchaseView, SandboxProviderView } from 'hookline/client'
import { useId, useState } from 'react'
import { useSandbox } from '../../api/sandbox.ts'
import { api } from '../../api/server.ts'
import { useMode } from '../../mode.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Failure } from '../../parts/notice.tsx'
import { PurchaseOutcome } from './purchase-outcome.tsx'

const storageKey = 'hookline-phone'
/** What the example shop sells as well, at its price. */
const product = 'Lifetime account'
const amount = 999
const priceText = `$${(amount / 100).toFixed(2)}`
/** Whom the demo's handler unlocks; other apps find the name in the metadata. */
const userId = 'u_1'

export function PhoneCheckout() {
  const mode = useMode()
  const provider = useSandbox().data?.providers[0]
  const [isAway, setAway] = useState(() => localStorage.getItem(storageKey) === 'away')
  if (mode !== 'test' || !provider) return null
  const put = (away: boolean) => {
    localStorage.setItem(storageKey, away ? 'away' : 'here')
    setAway(away)
  }
  if (isAway) {
    return (
      <div className="mt-4 px-4">
        <Button icon="play" onClick={() => put(false)}>
          Pay for something
        </Button>
      </div>
    )
  }
  return <Phone provider={provider} onAway={() => put(true)} />
}

interface PhoneProps {
  readonly provider: SandboxProviderView
  readonly onAway: () => void
}

function Phone({ provider, onAway }: PhoneProps) {
  const [card, setCard] = useState(provider.cards[0]?.name ?? '')
  const pay = useMutation({ mutationFn: () => buy(card) })
  return (
    <section
      aria-label="A pretend shop"
      className="mx-auto mt-4 w-72 shrink-0 rounded-[2rem] border-4 border-edge bg-surface p-3
        lg:mr-4 lg:ml-4"
    >
      <header className="flex items-center gap-2 pb-2">
        <span className="ml-1 flex-1 text-xs text-muted">A pretend shop, no money moves</span>
        <IconButton icon="close" label="Put the shop away" onClick={onAway} />
      </header>
      <div className="flex flex-col gap-3 rounded-3xl bg-sunken p-4">
        <p className="flex items-baseline justify-between gap-2">
          <span className="font-medium">{product}</span>
          <span className="text-lg font-semibold tabular-nums">{priceText}</span>
        </p>
        <CardChoice cards={provider.cards} chosen={card} onChoose={setCard} />
        <Button
          look="primary"
          className="h-10 w-full"
          disabled={pay.isPending || provider.sources.length === 0}
          onClick={() => pay.mutate()}
        >
          {pay.isPending ? 'Paying…' : `Pay ${priceText}`}
        </Button>
        <Told provider={provider} purchase={pay.data} error={pay.error} />
      </div>
    </section>
  )
}

async function buy(card: string): Promise<PurchaseView> {
  const orderId = `o_${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`
  return await api.sandbox.pay({ card, product, amount, userId, orderId })
}

interface CardChoiceProps {
  readonly cards: SandboxProviderView['cards']
  readonly chosen: string
  readonly onChoose: (card: string) => void
}

function CardChoice({ cards, chosen, onChoose }: CardChoiceProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs text-muted">
        Card
      </label>
      <select
        id={id}
        className="input w-full text-xs"
        value={chosen}
        onChange={({ target }) => onChoose(target.value)}
      >
        {cards.map(({ name, effect }) => (
          <option key={name} value={name}>
            {effect}
          </option>
        ))}
      </select>
    </div>
  )
}

interface ToldProps {
  readonly provider: SandboxProviderView
  readonly purchase: PurchaseView | undefined
  readonly error: unknown
}

function Told({ provider: { sources, title, provider }, purchase, error }: ToldProps) {
  if (sources.length === 0) {
    return (
      <p className="flex gap-2 rounded-lg bg-warn-soft p-3 text-xs text-warn">
        <Icon name="failed" size={14} />
        <span>
          No source of this app is of {title}, so nobody would hear of a payment. Add{' '}
          <code className="font-mono">{`${provider}: ${provider}()`}</code> to its sources.
        </span>
      </p>
    )
  }
  if (error) return <Failure error={error} />
  if (purchase) return <PurchaseOutcome purchase={purchase} />
  return (
    <p className="text-xs text-muted">
      Press the button and watch the line above: {title} tells your app, which does the rest.
    </p>
  )
}
