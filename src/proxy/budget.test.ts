import { expect, test } from 'vitest'
import {
  BudgetSpent,
  beginSpending,
  budgetDefault,
  newBudgets,
  spendings,
  usersMax,
} from './budget.ts'

const user = { api: 'openai', sub: 'u_1' }

function setUp() {
  const clock = {
    timeMs: 1_000_000,
    now() {
      return this.timeMs
    },
  }
  return { clock, budgets: newBudgets(clock) }
}

test('a window begins with the first call, and a new one when it is over', () => {
  const { clock, budgets } = setUp()
  const begin = () => beginSpending(budgets, user, { requests: 2, windowSeconds: 10 }).end()
  begin()
  clock.timeMs += 9_000
  begin()
  expect(begin).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }))
  clock.timeMs += 1_000
  begin()
  begin()
  expect(begin).toThrow(expect.objectContaining({ retryAfterSeconds: 10 }))
})

test('users and APIs are counted apart, whatever their names hold', () => {
  const { budgets } = setUp()
  const once = { requests: 1 }
  const users = [
    { api: 'a', sub: 'b","c' },
    { api: 'a","b', sub: 'c' },
    { api: 'a', sub: 'b' },
    { api: 'a', sub: '__proto__' },
  ]
  for (const one of users) beginSpending(budgets, one, once)
  for (const one of users) expect(() => beginSpending(budgets, one, once)).toThrow(BudgetSpent)
})

test('a call that ends twice frees its place once', () => {
  const { budgets } = setUp()
  const begin = () => beginSpending(budgets, user, { concurrent: 2 })
  const first = begin()
  begin()
  first.end()
  first.end()
  begin()
  expect(begin).toThrow(BudgetSpent)
})

test('bytes end the call that goes over, and those after it until the window is over', () => {
  const { clock, budgets } = setUp()
  const spending = beginSpending(budgets, user, { bytes: 100 })
  spending.addBytes(100)
  expect(() => spending.addBytes(1)).toThrow(BudgetSpent)
  spending.end()
  expect(() => beginSpending(budgets, user, { bytes: 100 })).toThrow(BudgetSpent)
  clock.timeMs += budgetDefault.windowSeconds * 1_000
  beginSpending(budgets, user, { bytes: 100 }).addBytes(100)
})

test('of more users than can be counted those are forgotten whose window is over', () => {
  const { clock, budgets } = setUp()
  for (let i = 0; i < usersMax; i++) beginSpending(budgets, { api: 'a', sub: `${i}` }, {}).end()
  const another = { api: 'a', sub: 'another' }
  expect(() => beginSpending(budgets, another, {})).toThrow(BudgetSpent)
  clock.timeMs += budgetDefault.windowSeconds * 1_000
  beginSpending(budgets, another, {})
  expect(budgets.spent.size).toBe(1)
})

test('who spends is told with the limits of the last call, nearest to a limit first', () => {
  const { clock, budgets } = setUp()
  const ada = beginSpending(budgets, { api: 'openai', sub: 'ada' }, { requests: 4 })
  beginSpending(budgets, user, { requests: 2 }).end()
  ada.addBytes(7)
  ada.end()
  const windowEndsAt = clock.timeMs + budgetDefault.windowSeconds * 1_000
  const limits = { ...budgetDefault, requests: 4 }
  const [first, second] = spendings(budgets, 10)
  expect(first).toMatchObject({ ...user, requests: 1, limits: { requests: 2 } })
  expect(second).toEqual({
    ...{ api: 'openai', sub: 'ada', limits, requests: 1, bytes: 7, open: 0, windowEndsAt },
  })
  expect(spendings(budgets, 1)).toHaveLength(1)
  clock.timeMs = windowEndsAt
  expect(spendings(budgets, 10)).toEqual([])
})
