import { describe, expect, test } from 'vitest'
import { addressRule } from './addresses.ts'

describe('the public internet', () => {
  test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111'])(
    '%s is allowed',
    (address) => {
      expect(addressRule()(address)).toBe(true)
    },
  )
})

describe('what is not of the public internet is refused', () => {
  test.each([
    ['this host', ['0.0.0.0', '0.1.2.3', '::']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1']],
    ['carrier-grade NAT', ['100.64.0.1', '100.127.255.255']],
    ['link-local', ['169.254.0.1', 'fe80::1', 'fe80::1%eth0']],
    [
      'metadata of clouds',
      ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16'],
    ],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    ['reserved', ['192.0.0.1', '192.0.2.1', '198.18.0.1', '240.0.0.1', '2001:db8::1', '100::1']],
    ['IPv4 inside IPv6', ['::ffff:127.0.0.1', '::ffff:a00:1', '::7f00:1', '64:ff9b::7f00:1']],
    ['tunnels', ['2002:7f00:1::', '2001::1']],
    ['what is no address', ['', 'localhost', 'example.com', '127.0.0.1/8', '[::1]']],
  ])('%s', (_, addresses) => {
    expect(addresses.filter(addressRule())).toEqual([])
  })
})

describe('addresses that a caller allows', () => {
  test('one address allows itself, also inside IPv6, and not its neighbour', () => {
    const isAllowed = addressRule(['127.0.0.1'])
    expect(['127.0.0.1', '::ffff:127.0.0.1'].every(isAllowed)).toBe(true)
    expect(['127.0.0.2', '::1', '10.0.0.1'].some(isAllowed)).toBe(false)
  })

  test('a range allows what is in it', () => {
    const isAllowed = addressRule(['10.1.0.0/16', 'fd00:1::/32'])
    expect(['10.1.2.3', 'fd00:1::5'].every(isAllowed)).toBe(true)
    expect(['10.2.0.1', 'fd00:2::5'].some(isAllowed)).toBe(false)
  })

  test('a range that can not be read is an error at once, not a hole later', () => {
    expect(() => addressRule(['10.0.0.0/99'])).toThrow()
    expect(() => addressRule(['localhost'])).toThrow()
  })
})
