/**
 * Reads the XML that a provider writes: elements, text and the five entities. It has no
 * declarations, no namespaces and no outside, so nothing in it can be expanded or fetched; whatever
 * else stands there makes it none.
 */

export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The text directly in it, of all its parts. */
  readonly text: string
}

const depthMax = 64
const prolog = /^\s*(?:<\?xml\s[^<>]*\?>)?\s*/
const comment = /<!--(?:(?!--)[\s\S])*-->/
const tag =
  /<(\/?)([A-Za-z_][\w.-]*)((?:\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/
const token = new RegExp(`${comment.source}|${tag.source}|([^<]+)`, 'y')
const attribute = /([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

interface OpenElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  text: string
}

/** The one outermost element; undefined where the text is not wholly made of what is known here. */
export function parseXml(text: string): XmlElement | undefined {
  const top: OpenElement = { name: '', attributes: new Map(), children: [], text: '' }
  const open = [top]
  let at = prolog.exec(text)?.[0].length ?? 0
  while (at < text.length) {
    token.lastIndex = at
    const found = token.exec(text)
    if (!found || !take(open, found)) return undefined
    at = token.lastIndex
  }
  const [element, ...others] = top.children
  const isWhole = open.length === 1 && others.length === 0 && top.text.trim() === ''
  return isWhole ? element : undefined
}

/** False where it does not fit to what is open. */
function take(open: OpenElement[], found: RegExpExecArray): boolean {
  const [, slash, name, written = '', isEmpty, text] = found
  const inner = open.at(-1)
  if (!inner) return false
  if (text !== undefined) {
    const decoded = decodeText(text)
    inner.text += decoded ?? ''
    return decoded !== undefined
  }
  if (name === undefined) return true // a comment
  if (slash) return close(open, name, written)
  const attributes = readAttributes(written)
  if (!attributes || open.length > depthMax) return false
  open.push({ name, attributes, children: [], text: '' })
  return isEmpty ? close(open, name, '') : true
}

function close(open: OpenElement[], name: string, attributes: string): boolean {
  const element = open.pop()
  const outer = open.at(-1)
  if (!element || !outer || element.name !== name || attributes !== '') return false
  outer.children.push(element)
  return true
}

function readAttributes(written: string): Map<string, string> | undefined {
  const attributes = new Map<string, string>()
  for (const [, name = '', double, single] of written.matchAll(attribute)) {
    const value = decodeText(double ?? single ?? '')
    if (value === undefined || attributes.has(name)) return undefined
    attributes.set(name, value)
  }
  return attributes
}

/** With its entities in place; undefined where there is one that is not known. */
function decodeText(text: string): string | undefined {
  let isKnown = true
  const decoded = text.replace(/&([^;]{0,10};?)/g, (_, written: string) => {
    const value = decodeEntity(written)
    isKnown &&= value !== undefined
    return value ?? ''
  })
  return isKnown ? decoded : undefined
}

function decodeEntity(written: string): string | undefined {
  const name = written.endsWith(';') ? written.slice(0, -1) : ''
  if (Object.hasOwn(entities, name)) return entities[name]
  const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name)
  if (!number) return undefined
  const code = number[1] ? Number.parseInt(number[1], 16) : Number(number[2])
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : undefined
}
