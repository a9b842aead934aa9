/** Something to see of each kind that is observed. */
import type { Sample } from '../../storage/observed.ts'
import type { Served } from '../served.ts'

export async function acceptRejection({ storage, clock }: Served): Promise<void> {
  const rejection = {
    ...{ at: clock.now(), source: 'stripe', reason: 'signature_mismatch', detail: 'Why.' },
    ...{ method: 'POST', remote: null, headers: [['user-agent', 'x']] as const, bytes: 3 },
    body: Buffer.from('{"a'),
  }
  await storage.recordRejections([rejection], { perSource: 10, total: 10 })
}

/** Of a metric that is counted. */
export function aSample(nowMs: number, changes: Partial<Sample> = {}): Sample {
  return {
    ...{ stepMs: 60_000, metric: 'received', label: 'stripe', process: 'p1' },
    ...{ at: nowMs - (nowMs % 60_000), count: 3, sum: 0, max: 0, buckets: null },
    ...changes,
  }
}
