/** Audit: who did what, and when. Entries are only ever added. */
import { useMutation } from '@tanstack/react-query'
import type { AuditView } from 'hookline/client'
import { useAudit } from '../../api/lists.ts'
import { api, errorText } from '../../api/server.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Badge } from '../../parts/status.tsx'
import { Ago, countText } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

export function AuditPage() {
  const empty = (
    <Empty icon="user" title="Nothing was done yet">
      Sign-ins, keys, replays and writes of documents are kept here.
    </Empty>
  )
  return (
    <>
      <PageTitle title="Audit" about="Each entry holds the hash of the one before it.">
        <Check />
      </PageTitle>
      <div className="border-t border-line">
        <Rows label="Audit entries" list={useAudit()} empty={empty}>
          {(entry) => <EntryRow key={entry.seq} entry={entry} />}
        </Rows>
      </div>
    </>
  )
}

function Check() {
  const check = useMutation({ mutationFn: () => api.audit.verify() })
  const { data, error } = check
  return (
    <>
      {error && <span className="text-bad">{errorText(error)}</span>}
      {data && (
        <Badge tone={data.isWhole ? 'ok' : 'bad'}>
          {data.isWhole
            ? `whole, ${countText(data.entries)} entries`
            : `broken at ${data.brokenAt}: ${data.fault}`}
        </Badge>
      )}
      <Button icon="shield" disabled={check.isPending} onClick={() => check.mutate()}>
        Verify
      </Button>
    </>
  )
}

function EntryRow({ entry }: { readonly entry: AuditView }) {
  const { seq, at, actor, action, subject, details } = entry
  const facts = Object.entries(details).map(([name, value]) => `${name} ${value}`)
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
      <span className="w-12 text-xs text-muted tabular-nums max-sm:hidden">{seq}</span>
      <span className="w-44 font-medium">{action}</span>
      <span className="min-w-0 flex-1 truncate font-mono text-xs">{visibleText(subject)}</span>
      <span className="min-w-0 truncate text-xs text-muted max-lg:hidden">
        {visibleText(facts.join(', '))}
      </span>
      <span className="text-xs text-muted">
        {actor.kind} {visibleText(actor.id)}
      </span>
      <span className="ml-auto w-20 text-right text-xs text-muted">
        <Ago at={at} />
      </span>
    </li>
  )
}
