import { describe, expect, test } from 'vitest'
import { hmac } from '../../signing/hmac.ts'
import type { VerifyContext } from '../request.ts'
import { type Mac, mac } from './mac.ts'
import { findHeaders, Reading, wantHeaders } from './reading.ts'
import type { SchemeOutcome } from './scheme.ts'

const now = 1_700_000_000
const body = Buffer.from('{"id":1}')
const hex = (key: string, parts: string) => hmac('sha256', key, [parts]).toString('hex')

type Headers = [name: string, value: string][]

function verify(
  declared: Partial<Mac>,
  headers: Headers,
  context: Partial<VerifyContext> = {},
): SchemeOutcome | Promise<SchemeOutcome> | 'repeated' {
  const scheme = mac({
    header: 'Sig',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
    ...declared,
  })
  const found = findHeaders(headers, wantHeaders(scheme.headers, scheme.repeatable))
  if ('repeated' in found) return 'repeated'
  const request = { method: 'POST', url: '/', headers, body }
  const reading = new Reading(request, found, (bytes) => JSON.parse(Buffer.from(bytes).toString()))
  return scheme.verify(reading, { secrets: ['key'], now, ...context })
}

describe('pairs of time and signature', () => {
  const pairs = { format: 't={timestamp},v1={signature}', signed: '{timestamp}.{body}' }
  const good = hex('key', `${now}.${body}`)

  test.each([
    ['one signature', `t=${now},v1=${good}`],
    ['the time last', `v1=${good},t=${now}`],
    ['another scheme beside it', `t=${now},v0=${'0'.repeat(64)},v1=${good}`],
    ['two signatures, one of which matches', `t=${now},v1=${'0'.repeat(64)},v1=${good}`],
    ['a malformed signature beside it', `t=${now},v1=zz,v1=${good}`],
  ])('%s is accepted', (_title, header) => {
    expect(verify(pairs, [['Sig', header]])).toEqual({ ok: true, secretIndex: 0 })
  })

  test.each([
    ['white space after the comma', `t=${now}, v1=${good}`, 'signature_malformed'],
    ['two headers joined', `t=${now},v1=${good}, t=${now},v1=${good}`, 'signature_malformed'],
    ['the time twice', `t=${now},t=${now},v1=${good}`, 'signature_malformed'],
    ['a pair without `=`', `t=${now},v1=${good},x`, 'signature_malformed'],
    ['a pair without a name', `t=${now},v1=${good},=x`, 'signature_malformed'],
    ['no time', `v1=${good}`, 'timestamp_missing'],
    ['an empty time', `t=,v1=${good}`, 'timestamp_missing'],
    ['only the other scheme', `t=${now},v0=${good}`, 'signature_malformed'],
    ['names in upper case', `T=${now},V1=${good}`, 'timestamp_missing'],
  ])('%s is refused', (_title, header, reason) => {
    expect(verify(pairs, [['Sig', header]])).toEqual({ ok: false, reason })
  })

  test.each(['1700000000abc', '1.7e9', 'NaN', '01700000000', '-1700000000', '1700000000.0'])(
    'the time %j is refused although it is signed',
    (time) => {
      const header = `t=${time},v1=${hex('key', `${time}.${body}`)}`
      expect(verify(pairs, [['Sig', header]])).toEqual({ ok: false, reason: 'timestamp_malformed' })
    },
  )

  test('joined headers do not pass where the pairs are separated by a semicolon', () => {
    const semicolons = { ...pairs, format: 'ts={timestamp};h1={signature}' }
    expect(verify(semicolons, [['Sig', `ts=${now};h1=${good}`]])).toMatchObject({ ok: true })
    const joined = `ts=${now};h1=x, ts=${now};h1=${good}`
    expect(verify(semicolons, [['Sig', joined]])).toMatchObject({ ok: false })
  })
})

describe('secrets', () => {
  test('a request signed with the empty key is refused whatever the list holds', () => {
    const forged: Headers = [['Sig', hex('', body.toString())]]
    for (const secrets of [[], [''], [' '], ['', 'key']]) {
      expect(verify({}, forged, { secrets })).toMatchObject({ ok: false })
    }
    const key = { form: 'base64', prefix: 'whsec_' } as const
    expect(verify({ key }, forged, { secrets: ['whsec_'] })).toMatchObject({ ok: false })
  })

  test('a list without a usable secret says so', () => {
    const header: Headers = [['Sig', hex('key', body.toString())]]
    expect(verify({}, header, { secrets: ['', ' '] })).toEqual({
      ok: false,
      reason: 'secret_missing',
    })
  })
})

describe('the headers of a signature', () => {
  const good = hex('key', body.toString())
  const wrong = hex('wrong', body.toString())

  test('any of numbered headers may match, in any place', () => {
    const numbered = { numbered: true }
    expect(
      verify(numbered, [
        ['Sig-1', wrong],
        ['Sig-2', good],
      ]),
    ).toMatchObject({ ok: true })
    expect(
      verify(numbered, [
        ['Sig-1', wrong],
        ['Sig-2', wrong],
      ]),
    ).toMatchObject({ ok: false })
    expect(verify(numbered, [['Sig', good]])).toEqual({ ok: false, reason: 'signature_missing' })
  })

  test('of two names the newer counts, also where it is the wrong one', () => {
    const names = { newerHeader: 'Newer' }
    expect(verify(names, [['Sig', good]])).toMatchObject({ ok: true })
    expect(
      verify(names, [
        ['Newer', good],
        ['Sig', wrong],
      ]),
    ).toMatchObject({ ok: true })
    expect(
      verify(names, [
        ['Newer', wrong],
        ['Sig', good],
      ]),
    ).toMatchObject({ ok: false })
  })

  test('a repeatable header may come twice or joined, and any may match; others may not', () => {
    const twice: Headers = [
      ['Sig', wrong],
      ['Sig', good],
    ]
    expect(verify({ repeatable: true }, twice)).toMatchObject({ ok: true })
    expect(verify({ repeatable: true }, [['Sig', `${wrong}, ${good}`]])).toMatchObject({ ok: true })
    expect(verify({}, twice)).toBe('repeated')
    expect(verify({}, [['Sig', `${good}, ${good}`]])).toMatchObject({ ok: false })
  })
})

describe('other parts of what is signed', () => {
  test('the registered URL is signed as it was set, and must be set', () => {
    const url = { signed: '{url}{body}' }
    const publicUrl = 'https://example.com/hook?a=1'
    const headers: Headers = [['Sig', hex('key', `${publicUrl}${body}`)]]
    expect(verify(url, headers, { settings: { publicUrl } })).toMatchObject({ ok: true })
    const other = { publicUrl: 'https://example.com/hook' }
    expect(verify(url, headers, { settings: other })).toMatchObject({ ok: false })
    expect(verify(url, headers)).toEqual({ ok: false, reason: 'setting_missing' })
  })

  test('a time inside the signed body is checked there, as a number only', () => {
    const inside = { timestampPath: 'id', timestampUnit: 'ms' } as const
    const headers: Headers = [['Sig', hex('key', body.toString())]]
    expect(verify(inside, headers, { now: 1 })).toMatchObject({ ok: true })
    expect(verify(inside, headers)).toEqual({ ok: false, reason: 'timestamp_too_old' })
    const absent = { ...inside, timestampPath: 'no.such' }
    expect(verify(absent, headers)).toEqual({ ok: false, reason: 'timestamp_missing' })
  })

  test('a signed id is given on, and must be plain text', () => {
    const id = { signed: '{id}{body}', idHeader: 'Id' }
    const headers = (text: string): Headers => [
      ['Id', text],
      ['Sig', hex('key', `${text}${body}`)],
    ]
    expect(verify(id, headers('m_1'))).toEqual({ ok: true, secretIndex: 0, id: 'm_1' })
    expect(verify(id, headers('m.1'))).toEqual({ ok: false, reason: 'id_malformed' })
    expect(verify(id, headers('é'))).toEqual({ ok: false, reason: 'id_malformed' })
  })

  test('a template that names what no request has is refused at once', () => {
    expect(() => verify({ signed: '{bodi}' }, [])).toThrow('bodi')
  })
})
