/**
 * Which addresses may be connected to: those of the public internet. Everything that leads back
 * into this machine or its network is refused, in each of the forms in which an address can be
 * written.
 */
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Addresses that look public and answer only inside a cloud, with its credentials. */
const cloudAddresses = new Set(['168.63.129.16'])

/**
 * The part of IPv6 that is given out for the public internet; what lies outside only looks like
 * it.
 */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3')

export type IsAllowed = (address: string) => boolean

/**
 * @param allowed addresses and ranges such as `127.0.0.0/8` that are allowed although they are not
 * public.
 */
export function addressRule(allowed: readonly string[] = []): IsAllowed {
  const ranges = allowed.map(rangeOf)
  return (text) => {
    if (!ipaddr.isValid(text)) return false
    // An IPv4 address in IPv6 clothes is judged as the IPv4 address that it leads to.
    const address = ipaddr.process(text)
    return isPublic(address) || ranges.some((range) => isWithin(address, range))
  }
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || cloudAddresses.has(address.toString())) return false
  return address.kind() === 'ipv4' || isWithin(address, publicIpv6)
}

function rangeOf(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

function isWithin(address: Address, [network, bits]: [Address, number]): boolean {
  // Addresses of different kinds can not be compared.
  return address.kind() === network.kind() && address.match(network, bits)
}
