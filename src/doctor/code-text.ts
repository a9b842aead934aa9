/**
 * Reads JavaScript and TypeScript as text: where comments and strings are, and which bracket closes
 * which. No parser: what it does not understand it takes for code, and finds less in it.
 */

/** Two texts of the same length as the file, so that a place in one is the same in the other. */
export interface CodeText {
  /** Without comments. */
  readonly code: string
  /** Without comments and without what stands in strings: for counting brackets. */
  readonly bare: string
}

interface Scan {
  readonly text: string
  readonly code: string[]
  readonly bare: string[]
  /** Open `${` of templates, each with the braces that are open in it. */
  readonly templates: number[]
  at: number
  /** The last character of code, which tells a division from an expression. */
  last: string
}

const beforeExpression = /[(,=:[!&|?{};+\-*%~^<>]/
const wordBeforeExpression = /\b(return|typeof|case|in|of|await|yield)\s*$/

export function readCode(text: string): CodeText {
  // Not spread: a character outside the basic plane is two units of a string, one of a spread.
  const units = () => text.split('')
  const scan: Scan = { text, code: units(), bare: units(), templates: [], at: 0, last: '' }
  while (scan.at < text.length) step(scan)
  return { code: scan.code.join(''), bare: scan.bare.join('') }
}

function step(scan: Scan): void {
  const { text, at } = scan
  const character = text[at] ?? ''
  const next = text[at + 1]
  if (character === '/' && next === '/') blankComment(scan, endOf(text, '\n', at))
  else if (character === '/' && next === '*') blankComment(scan, endOf(text, '*/', at + 2) + 2)
  else if (character === '"' || character === "'") blankString(scan, character)
  else if (character === '`' || endsValue(scan)) blankTemplate(scan)
  else if (character === '/' && isExpression(scan)) blankExpression(scan)
  else takeCode(scan, character)
}

/** Whether this is the `}` behind a value in a template. */
function endsValue({ text, at, templates }: Scan): boolean {
  if (text[at] !== '}' || templates.at(-1) !== 0) return false
  templates.pop()
  return true
}

function takeCode(scan: Scan, character: string): void {
  countBrace(scan, character)
  if (!/\s/.test(character)) scan.last = character
  scan.at += 1
}

function countBrace({ templates }: Scan, character: string): void {
  const open = templates.at(-1)
  if (open === undefined) return
  if (character === '{') templates[templates.length - 1] = open + 1
  if (character === '}') templates[templates.length - 1] = open - 1
}

function isExpression({ text, at, last }: Scan): boolean {
  if (last === '' || beforeExpression.test(last)) return true
  return wordBeforeExpression.test(text.slice(Math.max(0, at - 12), at))
}

function blankComment(scan: Scan, end: number): void {
  blank(scan.code, scan, end)
  blank(scan.bare, scan, end)
  scan.at = end
}

function blankString(scan: Scan, quote: string): void {
  let at = scan.at + 1
  while (at < scan.text.length && scan.text[at] !== quote && scan.text[at] !== '\n') {
    at += scan.text[at] === '\\' ? 2 : 1
  }
  endString(scan, at)
}

/** From a backtick, or from the `}` that ends a value in it, to the end or to the next value. */
function blankTemplate(scan: Scan): void {
  let at = scan.at + 1
  while (at < scan.text.length && scan.text[at] !== '`') {
    if (scan.text[at] === '$' && scan.text[at + 1] === '{') {
      scan.templates.push(0)
      at += 1
      break
    }
    at += scan.text[at] === '\\' ? 2 : 1
  }
  endString(scan, at)
}

function blankExpression(scan: Scan): void {
  let at = scan.at + 1
  let isInClass = false
  while (at < scan.text.length && scan.text[at] !== '\n') {
    if (scan.text[at] === '[') isInClass = true
    if (scan.text[at] === ']') isInClass = false
    if (scan.text[at] === '/' && !isInClass) break
    at += scan.text[at] === '\\' ? 2 : 1
  }
  endString(scan, at)
}

function endString(scan: Scan, end: number): void {
  blank(scan.bare, { at: scan.at + 1, text: scan.text }, end)
  // The marks at both ends are no brackets, but those of `${` and `}` would be.
  scan.bare[scan.at] = '"'
  if (end < scan.bare.length) scan.bare[end] = '"'
  scan.last = '"'
  scan.at = end + 1
}

function blank(target: string[], { at, text }: Pick<Scan, 'at' | 'text'>, end: number): void {
  for (let i = at; i < end && i < text.length; i++) if (text[i] !== '\n') target[i] = ' '
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at < 0 ? text.length : at
}

const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' }

/** Behind the bracket that closes the one at `open`; the end of the text where none does. */
export function closeOf(bare: string, open: number): number {
  const opener = bare[open] ?? ''
  const closer = closing[opener]
  let depth = 0
  for (let at = open; at < bare.length; at++) {
    if (bare[at] === opener) depth += 1
    if (bare[at] === closer) depth -= 1
    if (depth === 0) return at + 1
  }
  return bare.length
}
