import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox, transports } from '../testing/start-sandbox.ts'

let running: RunningSandbox

describe.each(transports)('over %s:', (transport) => {
  beforeAll(async () => {
    running = await startSandbox({}, transport)
  })
  afterAll(() => running.stop())

  test('a customer is created, retrieved, changed and deleted by the official SDK', async () => {
    const { customers } = running.stripe
    const created = await customers.create({
      email: 'ann@example.com',
      name: 'Ann',
      address: { city: 'Oslo', country: 'NO' },
      metadata: { userId: 'u_1' },
      preferred_locales: ['nb', 'en'],
    })
    expect(created).toMatchObject({
      object: 'customer',
      address: { city: 'Oslo', country: 'NO', line1: null },
      preferred_locales: ['nb', 'en'],
    })
    expect(created.id).toMatch(/^cus_[A-Za-z0-9]{14}$/)
    expect(await customers.retrieve(created.id)).toEqual(created)
    const updated = await customers.update(created.id, {
      name: 'Ann B.',
      metadata: { plan: 'pro' },
    })
    expect(updated).toMatchObject({ name: 'Ann B.', metadata: { userId: 'u_1', plan: 'pro' } })
    expect(await customers.del(created.id)).toMatchObject({ id: created.id, deleted: true })
    expect(await customers.retrieve(created.id)).toMatchObject({ id: created.id, deleted: true })
    await expect(customers.update(created.id, { name: 'C' })).rejects.toMatchObject({
      statusCode: 404,
    })
    const [create, update, remove] = await running.eventsOf(
      'customer.created',
      'customer.updated',
      'customer.deleted',
    )
    expect(create?.data).toEqual({ object: created })
    expect(update?.data).toEqual({
      object: updated,
      previous_attributes: { metadata: { userId: 'u_1' }, name: 'Ann' },
    })
    expect(remove?.data.object).toEqual(updated)
  })

  test('a change that changes nothing emits nothing', async () => {
    const { id } = await running.stripe.customers.create({ name: 'Bob' })
    await running.stripe.customers.update(id, { name: 'Bob' })
    const { data } = await running.stripe.events.list({ type: 'customer.updated' })
    expect(data.filter(({ data: { object } }) => 'id' in object && object.id === id)).toEqual([])
  })

  test('customers are found by email, without those that were deleted', async () => {
    const email = 'same@example.com'
    const { customers } = running.stripe
    const one = await customers.create({ email })
    const two = await customers.create({ email })
    await customers.create({ email: 'other@example.com' })
    await customers.del(one.id)
    const found = await customers.list({ email })
    expect(found.data.map(({ id }) => id)).toEqual([two.id])
  })

  test.each(['0', '101', 'ten'])('a page of %s is refused', async (limit) => {
    const headers = { authorization: 'Bearer sk_test_1' }
    const response = await fetch(`${running.url}/v1/customers?limit=${limit}`, { headers })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'limit' } })
  })
})
