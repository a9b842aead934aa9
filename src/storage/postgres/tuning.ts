/**
 * How PostgreSQL keeps the tables that each event writes to. It changes no answer, only what one
 * costs; see docs/operate/performance.md.
 */

/** The largest row that a page of 8 KB holds; what is longer is kept beside the table. */
const inlineBytesMax = 8_160

export const postgresTuning: readonly string[] = [
  // By default bodies over 2 KB are compressed, which is a third of what accepting one costs.
  `alter table events set (toast_tuple_target = ${inlineBytesMax})`,
  'alter table events alter column body set storage external',
]
