// @ts-check
/** How times read. */

/** @param {number} ms */
export function duration(ms) {
  return `${Math.max(0, Math.round(ms)).toLocaleString('en')} ms`
}

/** @param {number} at milliseconds since 1970 */
export function clockTime(at) {
  const date = new Date(at)
  const pad = (/** @type {number} */ value, length = 2) => String(value).padStart(length, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part))
  return `${time.join(':')}.${pad(date.getMilliseconds(), 3)}`
}
