/**
 * Lists as PostgreSQL receives them in its binary form, which it need not read character by
 * character: the driver sends any buffer so. It knows the element types of this schema alone.
 * https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES
 */
import { asNumber, asText, orNull, withoutNul } from '../program.ts'
import type { SqlValue } from '../storage.ts'

/** Object ids of the element types, which no version of the server changes. */
const types = { bytea: 17, bigint: 20, integer: 23, text: 25 } as const

export type ListType = keyof typeof lists

/** One list for each column of the rows. */
export function columnLists(
  rows: readonly (readonly SqlValue[])[],
  columns: readonly ListType[],
): Buffer[] {
  return columns.map((type, i) => lists[type](rows.map((row) => row[i] ?? null)))
}

const lists = {
  text: (values: readonly SqlValue[]) => textList(values.map((value) => orNull(asText, value))),
  bigint: (values: readonly SqlValue[]) =>
    bigintList(values.map((value) => orNull(asNumber, value))),
  integer: (values: readonly SqlValue[]) => integerList(values.map(asNumber)),
}

const headBytes = 20
const lengthBytes = 4
const nullLength = -1
/** A character of JavaScript is three bytes of UTF-8 at most. */
const characterBytesMax = 3

export function textList(values: readonly (string | null)[]): Buffer {
  let room = headBytes
  for (const value of values) room += lengthBytes + (value?.length ?? 0) * characterBytesMax
  const list = newList(types.text, values.length, room)
  let at = headBytes
  for (const value of values) {
    const bytes = value === null ? nullLength : write(list, value, at + lengthBytes)
    at = list.writeInt32BE(bytes, at) + Math.max(bytes, 0)
  }
  return list.subarray(0, at)
}

/** As the server's text takes it: no NUL; a lone surrogate is replaced. */
function write(list: Buffer, value: string, at: number): number {
  return list.write(withoutNul(value), at)
}

export function bigintList(values: readonly (number | null)[]): Buffer {
  const list = newList(types.bigint, values.length, headBytes + values.length * (lengthBytes + 8))
  let at = headBytes
  for (const value of values) {
    at = list.writeInt32BE(value === null ? nullLength : 8, at)
    if (value !== null) at = writeBigint(list, value, at)
  }
  return list.subarray(0, at)
}

/** In two halves: a BigInt for each would cost more than all else here. */
function writeBigint(list: Buffer, value: number, at: number): number {
  const high = Math.floor(value / 2 ** 32)
  return list.writeUInt32BE(value - high * 2 ** 32, list.writeInt32BE(high, at))
}

export function integerList(values: readonly number[]): Buffer {
  const list = newList(types.integer, values.length, headBytes + values.length * (lengthBytes + 4))
  let at = headBytes
  for (const value of values) at = list.writeInt32BE(value, list.writeInt32BE(4, at))
  return list
}

export function bytesList(values: readonly Uint8Array[]): Buffer {
  const room = values.reduce((sum, { byteLength }) => sum + lengthBytes + byteLength, headBytes)
  const list = newList(types.bytea, values.length, room)
  let at = headBytes
  for (const value of values) {
    at = list.writeInt32BE(value.byteLength, at)
    list.set(value, at)
    at += value.byteLength
  }
  return list
}

/** One dimension, whose first element is the first; elements may be null. */
function newList(type: number, length: number, bytes: number): Buffer {
  const list = Buffer.allocUnsafe(bytes)
  for (const [i, value] of [length > 0 ? 1 : 0, 1, type, length, 1].entries()) {
    list.writeInt32BE(value, i * 4)
  }
  // A list without elements has no dimension.
  return length > 0 ? list : list.subarray(0, 12)
}
