/** All benchmarks, in the order in which they are listed. */
import type { Bench } from './bench.ts'
import { ingest } from './ingest/ingest.ts'
import { jobs } from './jobs/jobs.ts'
import { verify } from './verify/verify.ts'

export const benches: readonly Bench[] = [ingest, jobs, verify]
