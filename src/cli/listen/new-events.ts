/** Which events of a deployed server have not been brought yet, the oldest first. */
import type { Admin, EventView, List } from '../../client/admin.ts'
import type { Progress } from './progress.ts'

const pageLimit = 200
/** At one look; the next one finds what is left. */
const foundMax = 10_000
/** So far back is looked: an event may be stored after one that was received later. */
const overlapMs = 60_000

export async function newEvents(
  api: Pick<Admin, 'events'>,
  { begin, newest, brought }: Progress,
  source: string | undefined,
): Promise<EventView[]> {
  const since = newest === null ? begin : later(begin, minus(newest, overlapMs))
  const found: EventView[] = []
  let cursor: string | null = null
  do {
    const page: List<EventView> = await api.events.list({
      ...{ since, limit: pageLimit },
      ...(source === undefined ? {} : { source }),
      ...(cursor === null ? {} : { cursor }),
    })
    const fresh = page.data.filter(({ id }) => !brought.has(id))
    found.push(...fresh)
    cursor = page.next
    // A whole page of what is known: so is what is older, but for what a later look finds.
    if (page.data.length > 0 && fresh.length === 0 && newest !== null) break
  } while (cursor !== null)
  // The oldest of them first, so that none is left behind where there are more than fit.
  return found.reverse().slice(0, foundMax)
}

function minus(timestamp: string, ms: number): string {
  return new Date(Date.parse(timestamp) - ms).toISOString()
}

function later(a: string, b: string): string {
  return a > b ? a : b
}
