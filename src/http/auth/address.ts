/**
 * The address that a request came from, for counting attempts. It is that of the connection: what a
 * header says of it anybody can write.
 */
import { isIPv6 } from 'node:net'

const addressOfRequest = new WeakMap<Request, string>()

/** Where a Request was made by a host of its own, without an address: all of these are one. */
const unknownAddress = 'unknown'

export function noteAddress(request: Request, address: string | undefined): void {
  if (address !== undefined) addressOfRequest.set(request, address)
}

/** Of IPv6 the network: one customer has all addresses of a /64, and could take a new one each. */
export function addressOf(request: Request): string {
  const address = addressOfRequest.get(request) ?? unknownAddress
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  return isIPv6(address) ? networkOf(address) : address
}

function networkOf(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length)
  const all = [...groups, ...Array(zeros).fill('0'), ...behind]
  return `${all.slice(0, 4).join(':')}::/64`
}
