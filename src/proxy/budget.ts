/**
 * What each user may still spend at each API: calls and bytes in a window, and calls at one time.
 * Counted in this process alone, by user and not by token, so that a new token is no new budget.
 */
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import type { CallBudget } from '../providers/apis/declaration.ts'

export interface Budgets {
  readonly clock: Clock
  readonly spent: Map<string, Spent>
}

interface Spent {
  /** As the last call had them: a token may bring its own. */
  limits: Required<CallBudget>
  windowEndsAt: number
  requests: number
  bytes: number
  open: number
}

/** One call's part: it counts bytes while it goes on, and ends once. */
export interface Spending {
  /** @throws HooklineError `call_limit_reached` where the bytes of the window are spent. */
  addBytes(bytes: number): void
  end(): void
}

export const budgetDefault: Required<CallBudget> = {
  requests: 60,
  bytes: 52_428_800,
  windowSeconds: 60,
  concurrent: 8,
}
/** Users whose spending is remembered at one time. */
export const usersMax = 100_000

/** A budget that is spent, and when there is a new one. */
export class BudgetSpent extends HooklineError {
  readonly retryAfterSeconds: number

  constructor(what: string, retryAfterSeconds: number) {
    super(
      'call_limit_reached',
      `${what} for this API are used up. The page likely calls more often than its user needs, ` +
        `or the budget is too small. Try again in ${retryAfterSeconds} s, or raise the budget.`,
    )
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export function newBudgets(clock: Clock): Budgets {
  return { clock, spent: new Map() }
}

/** @throws BudgetSpent where there is nothing left to begin with. */
export function beginSpending(
  budgets: Budgets,
  user: { readonly api: string; readonly sub: string },
  budget: CallBudget,
): Spending {
  const limits = { ...budgetDefault, ...budget }
  const spent = spentBy(budgets, JSON.stringify([user.api, user.sub]), limits)
  const waitSeconds = Math.max(1, Math.ceil((spent.windowEndsAt - budgets.clock.now()) / 1000))
  if (spent.open >= limits.concurrent) throw new BudgetSpent('The calls at one time', 1)
  if (spent.requests >= limits.requests) throw new BudgetSpent('The calls', waitSeconds)
  if (spent.bytes >= limits.bytes) throw new BudgetSpent('The bytes', waitSeconds)
  spent.requests++
  spent.open++
  let isOpen = true
  return {
    addBytes: (bytes) => {
      spent.bytes += bytes
      if (spent.bytes > limits.bytes) throw new BudgetSpent('The bytes', waitSeconds)
    },
    end: () => {
      if (isOpen) spent.open--
      isOpen = false
    },
  }
}

function spentBy({ clock, spent }: Budgets, key: string, limits: Required<CallBudget>): Spent {
  const now = clock.now()
  const windowEndsAt = now + limits.windowSeconds * 1000
  const known = spent.get(key)
  if (known === undefined) {
    if (spent.size >= usersMax) forgetEnded(spent, now)
    const fresh = { limits, windowEndsAt, requests: 0, bytes: 0, open: 0 }
    spent.set(key, fresh)
    return fresh
  }
  known.limits = limits
  if (known.windowEndsAt <= now) Object.assign(known, { windowEndsAt, requests: 0, bytes: 0 })
  return known
}

export interface Spendings {
  readonly api: string
  readonly sub: string
  readonly limits: Required<CallBudget>
  readonly requests: number
  readonly bytes: number
  /** Calls that go on. */
  readonly open: number
  /** When there is a new budget, in milliseconds since 1970. */
  readonly windowEndsAt: number
}

/** Who spends in a window that goes on, those nearest to their limit first. */
export function spendings({ clock, spent }: Budgets, count: number): Spendings[] {
  const now = clock.now()
  const running = [...spent].filter(([, { windowEndsAt, open }]) => windowEndsAt > now || open > 0)
  const all = running.map(([key, state]): Spendings => {
    const [api, sub] = JSON.parse(key) as [string, string] // as beginSpending wrote it
    const isOver = state.windowEndsAt <= now
    return { api, sub, ...state, ...(isOver ? { requests: 0, bytes: 0 } : {}) }
  })
  return all.sort((a, b) => shareOf(b) - shareOf(a)).slice(0, count)
}

/** Of the limit that is nearest; 1 where it is reached. */
function shareOf({ limits, requests, bytes, open }: Spendings): number {
  return Math.max(requests / limits.requests, bytes / limits.bytes, open / limits.concurrent)
}

function forgetEnded(spent: Map<string, Spent>, now: number): void {
  for (const [key, { windowEndsAt, open }] of spent) {
    if (windowEndsAt <= now && open === 0) spent.delete(key)
  }
  // Forgetting the others would give them a second budget.
  if (spent.size >= usersMax) throw new BudgetSpent('The users that can be counted', 1)
}
