/**
 * JSON as a tree that is opened node by node. Nothing here calls itself, because a payload may be
 * thousands of levels deep; and nothing is made before it is shown, because it may be large.
 */
import type { Json } from 'hookline/client'

export interface JsonNode {
  readonly name: string | undefined
  readonly value: Json
  readonly depth: number
  /** Made when the node is first opened. */
  children: JsonNode[] | undefined
  isOpen: boolean
  /** How many of its children are shown. */
  shown: number
}

export type JsonRow =
  | { readonly kind: 'value'; readonly node: JsonNode }
  | { readonly kind: 'more'; readonly node: JsonNode; readonly left: number }

export const childrenShownStep = 200
const openDepth = 3
/** Opened at once; the rest on demand. */
const openNodesMax = 300
export const openAllNodesMax = 20_000

export function rootOf(value: Json): JsonNode {
  const root = nodeOf(undefined, value, 0)
  openAll(root, openNodesMax, openDepth)
  return root
}

function nodeOf(name: string | undefined, value: Json, depth: number): JsonNode {
  return { name, value, depth, children: undefined, isOpen: false, shown: childrenShownStep }
}

export function isBranch({ value }: JsonNode): boolean {
  return sizeOf(value) > 0
}

export function sizeOf(value: Json): number {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return 0
  return Array.isArray(value) ? value.length : Object.keys(value).length
}

function childrenOf(node: JsonNode): JsonNode[] {
  const { value, depth } = node
  if (typeof value !== 'object' || value === null) return []
  node.children ??= Object.entries(value).map(([name, child]) => nodeOf(name, child, depth + 1))
  return node.children
}

/** Opens level by level, up to so many nodes and so deep. */
export function openAll(
  root: JsonNode,
  nodesMax: number,
  depthMax = Number.POSITIVE_INFINITY,
): void {
  let count = 0
  const waiting = [root]
  for (const node of waiting) {
    if (!isBranch(node) || node.depth >= depthMax || count > nodesMax) continue
    node.isOpen = true
    const children = childrenOf(node).slice(0, node.shown)
    count += children.length
    waiting.push(...children)
  }
}

export function closeAll(root: JsonNode): void {
  const waiting = [root]
  for (const node of waiting) {
    node.isOpen = node === root
    waiting.push(...(node.children ?? []))
  }
}

/** The rows of everything that is open, from the top. */
export function rowsOf(root: JsonNode): JsonRow[] {
  const rows: JsonRow[] = []
  const waiting: JsonRow[] = [{ kind: 'value', node: root }]
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    rows.push(row)
    const { node } = row
    if (row.kind === 'more' || !node.isOpen) continue
    const children = childrenOf(node)
    if (children.length > node.shown) {
      waiting.push({ kind: 'more', node, left: children.length - node.shown })
    }
    for (const child of children.slice(0, node.shown).reverse()) {
      waiting.push({ kind: 'value', node: child })
    }
  }
  return rows
}

/**
 * The payload, or undefined where it is not JSON. A number that a double can not hold is kept as
 * the digits that came.
 */
export function parsePayload(text: string): { readonly value: Json } | undefined {
  try {
    return { value: /\d{16}/.test(text) ? parseExactly(text) : JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** https://github.com/tc39/proposal-json-parse-with-source, where the browser has it. */
function parseExactly(text: string): Json {
  const keepDigits = (_: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source
    const isExact = typeof value !== 'number' || source === undefined || String(value) === source
    return isExact || !/^-?\d{16,}$/.test(source) ? value : new ExactNumber(source)
  }
  try {
    return JSON.parse(text, keepDigits)
  } catch {
    // Too deep for a reviver, which calls itself.
    return JSON.parse(text)
  }
}

/** Shown as a number, without having been one. */
export class ExactNumber {
  readonly digits: string
  constructor(digits: string) {
    this.digits = digits
  }
}
