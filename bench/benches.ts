/** All benchmarks, in the order in which they are listed. */
import type { Bench } from './bench.ts'
import { growth } from './growth/growth.ts'
import { ingest } from './ingest/ingest.ts'
import { jobs } from './jobs/jobs.ts'
import { latency } from './latency/latency.ts'
import { live } from './live/live.ts'
import { memory } from './live/memory.ts'
import { start } from './start/start.ts'
import { verify } from './verify/verify.ts'

export const benches: readonly Bench[] = [
  ingest,
  jobs,
  live,
  memory,
  start,
  growth,
  latency,
  verify,
]
