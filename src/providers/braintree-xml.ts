/**
 * A Braintree notification as JSON: its XML in the names and kinds that Braintree's own packages
 * give it.
 */
import { decodeUtf8 } from '../base/bytes.ts'
import type { Json } from '../base/json.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** Undefined where the bytes are no notification. */
export function parseNotification(bytes: Uint8Array): Json | undefined {
  const element = parseXml(decodeUtf8(bytes) ?? '')
  return element?.name === 'notification' ? toJson(element) : undefined
}

function toJson(element: XmlElement): Json {
  const { attributes, children, text } = element
  if (attributes.get('nil') === 'true') return null
  const type = attributes.get('type')
  if (type === 'array') return children.map(toJson)
  if (children.length > 0) return membersOf(children)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const number = type === 'integer' ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) && text.trim() !== '' ? number : text
}

/** An element that comes several times is a list. */
function membersOf(children: readonly XmlElement[]): Json {
  const groups = Map.groupBy(children, ({ name }) => camelCase(name))
  const members = [...groups].map(([name, [first, ...others]]) => {
    const values = [first, ...others].filter((one) => one !== undefined).map(toJson)
    return [name, others.length === 0 ? (values[0] ?? null) : values] as const
  })
  return Object.fromEntries(members)
}

function camelCase(name: string): string {
  return name.replace(/[-_]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
