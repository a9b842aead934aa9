import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { count, observe } from '../base/meter.ts'
import { acceptEvent, adminKey, startServed, type TestServed } from './testing/served.ts'
import { type Way, ways } from './testing/ways.ts'

interface ParsedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** By the grammar of the format; what does not fit it is an error. */
function parseMetrics(text: string): ParsedSample[] {
  expect(text.endsWith('\n')).toBe(true)
  const typed = new Set<string>()
  const samples: ParsedSample[] = []
  for (const line of text.split('\n').slice(0, -1)) {
    const type = /^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge|histogram)$/.exec(line)
    if (type) expect(typed.has(type[1] ?? '')).toBe(false)
    if (type) typed.add(type[1] ?? '')
    if (line.startsWith('#')) continue
    const match = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (!match) throw new Error(`Not a line of the format: ${line}`)
    const [, name = '', inside = '', value] = match
    expect(typed.has(name) || typed.has(name.replace(/_(bucket|sum|count)$/, ''))).toBe(true)
    samples.push({ name, labels: parseLabels(inside), value: Number(value) })
  }
  for (const { value } of samples) expect(Number.isFinite(value)).toBe(true)
  return samples
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  const pair = /([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y
  while (pair.lastIndex < text.length) {
    const match = pair.exec(text)
    if (!match) throw new Error(`Not labels: ${text}`)
    const [, name = '', value = ''] = match
    labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

describe.each(ways)('/metrics $name', ({ open }) => {
  let served: TestServed
  let way: Way
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const read = () => way.fetch('/metrics', { headers: { authorization: `Bearer ${adminKey}` } })

  test('is for admins alone', async () => {
    const response = await way.fetch('/metrics')
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('hookline_received')
  })

  test('has counts, histograms that add up, and gauges, in the format of Prometheus', async () => {
    const { meter } = served.inbox
    count(meter, 'received', 'stripe', 3)
    for (const ms of [0.5, 4, 70_000]) observe(meter, 'ack_ms', 'stripe', ms)
    await acceptEvent(served)
    const response = await read()
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    const samples = parseMetrics(await response.text())
    const value = (name: string, labels: object) =>
      samples.find(
        (each) => each.name === name && JSON.stringify(each.labels) === JSON.stringify(labels),
      )?.value
    expect(value('hookline_received_total', { source: 'stripe' })).toBe(3)
    expect(value('hookline_deliveries', { state: 'ready' })).toBe(2)
    expect(value('hookline_events', {})).toBe(1)
    const bucket = (le: string) => value('hookline_ack_seconds_bucket', { source: 'stripe', le })
    expect([bucket('0.001'), bucket('0.005'), bucket('60'), bucket('+Inf')]).toEqual([1, 2, 2, 3])
    expect(value('hookline_ack_seconds_count', { source: 'stripe' })).toBe(3)
    expect(value('hookline_ack_seconds_sum', { source: 'stripe' })).toBeCloseTo(70.0045)
  })

  test('a label can forge neither a line nor another label', async () => {
    const label = 'a"} 1\nhookline_forged{x="\\'
    count(served.inbox.meter, 'received', label)
    const samples = parseMetrics(await (await read()).text())
    expect(samples.find(({ labels }) => labels.source === label)?.value).toBe(1)
    expect(samples.some(({ name }) => name === 'hookline_forged')).toBe(false)
  })
})
