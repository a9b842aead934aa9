import { expect, test } from 'vitest'
import { found } from './fields.ts'

test('only what has the form of an id is asked for', async () => {
  const asked: string[] = []
  const find = async (id: string) => {
    asked.push(id)
    return id
  }
  const id = 'evt_01K8Z3V5Q2M9T7W4X6Y8A0B1C2'
  for (const wrong of ['', 'x', `${id}\0`, `${id}1`, id.toLowerCase(), '\ud800', '__proto__']) {
    await expect(found(wrong, find)).rejects.toMatchObject({ code: 'not_found', status: 404 })
  }
  expect(await found(id, find)).toBe(id)
  expect(asked).toEqual([id])
})
