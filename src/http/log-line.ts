/** A line of the log as the API and the live path show it. */
import { toTimestamp } from '../base/clock.ts'
import type { LogLine } from '../base/log-lines.ts'
import type { LogLineView } from '../client/wire.ts'

export function toLineView({ number, at, level, message, fields }: LogLine): LogLineView {
  return { number, at: toTimestamp(at), level, message, fields }
}
