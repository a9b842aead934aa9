/** JSON as a tree that opens and closes. Every value is shown as text. */
import type { Json } from 'hookline/client'
import { useMemo, useReducer } from 'react'
import { Icon } from '../parts/icon.tsx'
import { countText } from '../parts/time.tsx'
import {
  childrenShownStep,
  closeAll,
  ExactNumber,
  isBranch,
  type JsonNode,
  type JsonRow,
  openAll,
  openAllNodesMax,
  rootOf,
  rowsOf,
  sizeOf,
} from './json-node.ts'
import { VirtualLines } from './virtual-lines.tsx'
import { visibleText } from './visible-text.ts'

const stringShownMax = 400
const indentPx = 16
/** Deeper levels are not moved further to the right; their level is written instead. */
const indentLevelsMax = 20

export function JsonTree({ value, label }: { readonly value: Json; readonly label: string }) {
  const root = useMemo(() => rootOf(value), [value])
  const [turn, update] = useReducer((count: number) => count + 1, 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn means that a node was opened
  const rows = useMemo(() => rowsOf(root), [root, turn])
  const all = (change: (node: JsonNode) => void) => () => {
    change(root)
    update()
  }
  return (
    <div className="relative">
      {isBranch(root) && (
        <div className="absolute top-1 right-4 z-10 flex gap-1 rounded-md bg-surface">
          <Small onClick={all((node) => openAll(node, openAllNodesMax))}>Open all</Small>
          <Small onClick={all(closeAll)}>Close all</Small>
        </div>
      )}
      <VirtualLines label={label} count={rows.length}>
        {(i) => rows[i] && <Row row={rows[i]} onChange={update} />}
      </VirtualLines>
    </div>
  )
}

function Small({ children, onClick }: { readonly children: string; readonly onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="h-6 rounded-md px-2 text-xs text-muted hover:bg-sunken hover:text-text"
    >
      {children}
    </button>
  )
}

function Row({ row, onChange }: { readonly row: JsonRow; readonly onChange: () => void }) {
  const { node } = row
  const level = node.depth + (row.kind === 'more' ? 1 : 0)
  const paddingLeft = Math.min(level, indentLevelsMax) * indentPx
  const change = (by: () => void) => () => {
    by()
    onChange()
  }
  if (row.kind === 'more') {
    const showMore = change(() => {
      node.shown += childrenShownStep
    })
    return (
      <button type="button" onClick={showMore} style={{ paddingLeft }} className="text-accent">
        {countText(row.left)} more
      </button>
    )
  }
  const toggle = change(() => {
    node.isOpen = !node.isOpen
  })
  return (
    <span className="flex items-center" style={{ paddingLeft }}>
      {level > indentLevelsMax && <span className="mr-2 text-2xs text-muted">{level}</span>}
      {isBranch(node) ? <Branch node={node} onToggle={toggle} /> : <Leaf node={node} />}
    </span>
  )
}

function Name({ name }: { readonly name: string | undefined }) {
  if (name === undefined) return null
  const text = name.length > stringShownMax ? `${name.slice(0, stringShownMax)}…` : name
  return <span className="text-info">{visibleText(text)}: </span>
}

function Branch({ node, onToggle }: { readonly node: JsonNode; readonly onToggle: () => void }) {
  const size = countText(sizeOf(node.value))
  return (
    <button
      type="button"
      aria-expanded={node.isOpen}
      onClick={onToggle}
      className="-ml-1 flex items-center gap-1 rounded-sm pr-1 hover:bg-sunken"
    >
      <span className="text-muted">
        <Icon name={node.isOpen ? 'down' : 'right'} size={12} />
      </span>
      <Name name={node.name} />
      <span className="text-muted">{Array.isArray(node.value) ? `[${size}]` : `{${size}}`}</span>
    </button>
  )
}

function Leaf({ node }: { readonly node: JsonNode }) {
  return (
    <span className="pl-3">
      <Name name={node.name} />
      <Value value={node.value} />
    </span>
  )
}

function Value({ value }: { readonly value: Json | ExactNumber }) {
  if (value instanceof ExactNumber) return <span className="text-accent">{value.digits}</span>
  if (typeof value === 'string') return <StringValue text={value} />
  if (typeof value === 'object' && value !== null) {
    return <span className="text-muted">{Array.isArray(value) ? '[]' : '{}'}</span>
  }
  return <span className={value === null ? 'text-muted' : 'text-accent'}>{String(value)}</span>
}

function StringValue({ text }: { readonly text: string }) {
  const isCut = text.length > stringShownMax
  return (
    <>
      <bdi dir="ltr" className="text-ok">
        "{visibleText(text.slice(0, stringShownMax))}
        {isCut ? '…' : '"'}
      </bdi>
      {isCut && <span className="text-muted"> {countText(text.length)} characters</span>}
    </>
  )
}
