/** Calls: requests that the server made with a key that the caller never sees. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCalls } from '../../api/lists.ts'
import { api } from '../../api/server.ts'
import { useMode } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, Failure } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Rows } from '../../parts/rows.tsx'
import { CallConsole } from './call-console.tsx'
import { CallOverview } from './call-overview.tsx'
import { CallRow } from './call-row.tsx'

export function CallsPage() {
  const mode = useMode()
  const [isOpen, setOpen] = useState(false)
  const summary = useQuery({
    queryKey: ['calls', 'summary', mode],
    queryFn: () => api.callsSummary({ mode }),
  })
  const { apis = [] } = summary.data ?? {}
  return (
    <>
      <PageTitle title="Calls" about="Who called which API, and how it ended. Bodies are not kept.">
        {apis.length > 0 && (
          <Button
            look={isOpen ? 'plain' : 'primary'}
            icon="call"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Close the console' : 'Make a test call'}
          </Button>
        )}
      </PageTitle>
      {summary.error && <Failure error={summary.error} />}
      {isOpen && apis.length > 0 && <CallConsole key={mode} apis={apis} />}
      {summary.data && <CallOverview summary={summary.data} />}
      <section aria-label="Recorded calls" className="border-t border-line">
        <Rows label="Calls" list={useCalls(mode)} empty={<NoCalls />}>
          {(call) => <CallRow key={call.id} call={call} />}
        </Rows>
      </section>
    </>
  )
}

function NoCalls() {
  const mode = useMode()
  return (
    <Empty icon="call" title={`No call was made yet in ${mode} mode`}>
      An app names the APIs it calls:{' '}
      <code className="font-mono text-xs">{'apis: { openai: openai({ allow: […] }) }'}</code>. A
      page then calls them through the server, without the key.
    </Empty>
  )
}
