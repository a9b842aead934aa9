/**
 * Rows of text in columns that fit a width. Cells come from outside and are made printable here.
 */
import { printableLine } from '../printable.ts'

export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string
  /** Cut first, and no shorter than this, where the width does not suffice. */
  readonly shrinksTo?: number
  /** Applied to the padded cell. */
  readonly paint?: (text: string, row: Row) => string
}

const gap = '  '

/** The lines, the titles first. Without a width nothing is cut. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | undefined,
): string[] {
  const cells = rows.map((row) => columns.map(({ text }) => printableLine(text(row))))
  const natural = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((line) => line[i]?.length ?? 0)),
  )
  const widths = width === undefined ? natural : fitted(columns, natural, width)
  const head = columns.map(({ title }, i) => padOrCut(title, widths[i] ?? 0))
  const body = rows.map((row, at) =>
    columns.map(({ paint = plain }, i) =>
      paint(padOrCut(cells[at]?.[i] ?? '', widths[i] ?? 0), row),
    ),
  )
  return [head, ...body].map((line) => line.join(gap).trimEnd())
}

function fitted<Row>(
  columns: readonly Column<Row>[],
  natural: readonly number[],
  width: number,
): number[] {
  let over = natural.reduce((sum, each) => sum + each + gap.length, -gap.length) - width
  return natural.map((each, i) => {
    const least = columns[i]?.shrinksTo
    if (over <= 0 || least === undefined) return each
    const narrowed = Math.max(Math.min(least, each), each - over)
    over -= each - narrowed
    return narrowed
  })
}

function padOrCut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)
}

function plain(text: string): string {
  return text
}
