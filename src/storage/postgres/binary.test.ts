import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import { bigintList, bytesList, integerList, textList } from './binary.ts'

let server: PostgresServer
let client: pg.Client

beforeAll(async () => {
  server = await startPostgres()
  client = new pg.Client({ connectionString: server.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await server.stop()
})

async function asReceived(type: string, list: Buffer): Promise<unknown> {
  const text = `select $1::${type}[] as list, coalesce(array_lower($1::${type}[], 1), 1) as lower`
  const { rows } = await client.query(text, [list])
  expect(rows[0]?.lower).toBe(1)
  return rows[0]?.list
}

test('texts arrive as they are, whatever they hold, and apart from null', async () => {
  const texts = ['', 'a', 'NULL', '{"a":"b\\"c"}', 'ü€😀', ' ,{}\n\\', 'x'.repeat(70_000)]
  expect(await asReceived('text', textList([...texts, null]))).toEqual([...texts, null])
})

test('what the text of the server can not hold is replaced', async () => {
  const found = await asReceived('text', textList(['a\0b', '\ud800', 'a\udc00b']))
  expect(found).toEqual(['a\ufffdb', '\ufffd', 'a\ufffdb'])
})

test('numbers arrive as they are', async () => {
  const large = [0, -1, 2 ** 53 - 1, 1 - 2 ** 53]
  const found = await asReceived('bigint', bigintList([...large, null]))
  expect(found).toEqual([...large.map(String), null])
  const integers = [0, -1, 2 ** 31 - 1, -(2 ** 31)]
  expect(await asReceived('int', integerList(integers))).toEqual(integers)
})

test('bytes arrive as they are', async () => {
  const bytes = [Buffer.alloc(0), Buffer.from([0, 255, 92, 34]), Buffer.alloc(70_000, 7)]
  expect(await asReceived('bytea', bytesList(bytes))).toEqual(bytes)
})

test('a list of nothing has no elements', async () => {
  expect(await asReceived('text', textList([]))).toEqual([])
  expect(await asReceived('bigint', bigintList([]))).toEqual([])
  expect(await asReceived('int', integerList([]))).toEqual([])
  expect(await asReceived('bytea', bytesList([]))).toEqual([])
})
