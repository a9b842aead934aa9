// @ts-check
/**
 * The shop's page: shows what the live stream says and passes on what a person presses. It decides
 * nothing about the account and asks for nothing on its own.
 */
import { connect } from '/client/index.js'
import { againSentence, clockTime, duration, failSentence, forgedSentence } from './sentences.js'
import { post } from './server.js'
import { newestOrder, stepsOf } from './steps.js'

/** @typedef {import('./steps.js').Order} Order */
/** @typedef {import('./sentences.js').Sent} Sent */

/** What the page knows; everything on it is drawn from this. */
const page = {
  userId: '',
  orderId: '',
  /** @type {import('./steps.js').Shown} */
  shown: { isUnlocked: false, wasPushed: false },
  isConnected: false,
  isBusy: false,
  /** Milliseconds by which the server's clock is ahead. */
  clockAheadMs: 0,
  /** @type {Sent | undefined} */
  forged: undefined,
  /** @type {Sent | undefined} */
  again: undefined,
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no element '${id}'.`)
  return found
}

async function start() {
  const { userId, command, token } = await askToken()
  page.userId = userId
  const set = `--set metadata.userId=${userId}`
  element('command').textContent = `${command} trigger stripe payment_intent.succeeded ${set}`
  // The client asks again only when the server refuses the token, because it is too old.
  let first = /** @type {string | undefined} */ (token)
  const line = connect('', {
    token: async () => {
      const known = first ?? (await askToken()).token
      first = undefined
      return known
    },
  })
  line.watch(`users/${userId}`, showUser, { onError: showError })
  line.watch(`orders/${userId}/`, showOrders, { onError: showError })
}

async function askToken() {
  const sentAt = Date.now()
  const { token, userId, command, now } = await post('/shop/token')
  page.clockAheadMs = Number(now) - (sentAt + Date.now()) / 2
  return { token: String(token), userId: String(userId), command: String(command) }
}

/**
 * @param {{ unlocked?: boolean } | undefined} user
 * @param {object | undefined} change
 */
function showUser(user, change) {
  const { shown } = page
  const isUnlocked = user?.unlocked === true
  if (isUnlocked && !shown.isUnlocked) {
    const told = rememberedUnlock() ?? {
      unlockedAt: Date.now() + page.clockAheadMs,
      wasPushed: change !== undefined,
    }
    sessionStorage.setItem(`unlock ${page.userId}`, JSON.stringify(told))
    Object.assign(shown, told)
  }
  shown.isUnlocked = isUnlocked
  page.isConnected = true
  draw()
}

/** When this tab was told, so that a reload does not change the time. The state is never kept. */
function rememberedUnlock() {
  const text = sessionStorage.getItem(`unlock ${page.userId}`)
  return text === null ? undefined : JSON.parse(text)
}

/** @param {readonly { path: string, data: Order }[]} orders */
function showOrders(orders) {
  const newest = newestOrder(orders)
  page.orderId = newest?.path.split('/').at(-1) ?? ''
  page.shown.order = newest?.data
  draw()
}

function draw() {
  if (!page.isConnected) return
  const { shown, isBusy } = page
  drawAccount()
  const steps = stepsOf(shown)
  const items = [...element('steps').children]
  steps.forEach((step, i) => {
    const item = items[i]
    if (item instanceof HTMLElement) drawStep(item, step)
  })
  setText('forge-result', page.forged ? forgedSentence(page.forged, shown) : '')
  setText('again-result', page.again ? againSentence(page.again, shown) : '')
  setText('fail-result', failSentence(shown))
  // Not `disabled`, which would take the focus away from who uses the keyboard.
  for (const id of ['pay', 'forge', 'again', 'fail', 'restart']) {
    element(id).setAttribute('aria-disabled', String(isBusy))
  }
  speak(steps)
}

function drawAccount() {
  const { isUnlocked } = page.shown
  element('account').dataset.state = isUnlocked ? 'unlocked' : 'locked'
  setText('pill', isUnlocked ? 'Unlocked' : 'Locked')
  setText(
    'account-text',
    isUnlocked ? 'It is yours, also after a reload.' : 'One payment opens it.',
  )
  element('pay').hidden = isUnlocked
  element('pay-note').hidden = isUnlocked
}

/**
 * @param {HTMLElement} item
 * @param {import('./steps.js').Step} step
 */
function drawStep(item, { state, title, text, at }) {
  const startedAt = page.shown.order?.startedAt
  item.dataset.state = state
  const since = at !== undefined && startedAt !== undefined ? `+${duration(at - startedAt)}` : ''
  const parts = { h3: title, '.what p': text, '.since': since, time: at ? clockTime(at) : '' }
  for (const [selector, value] of Object.entries(parts)) {
    const part = item.querySelector(selector)
    if (part && part.textContent !== value) part.textContent = value
  }
}

/**
 * A region that is written again is read out again, so only what is new is written.
 *
 * @param {string} id
 * @param {string} text
 */
function setText(id, text) {
  const target = element(id)
  if (target.textContent !== text) target.textContent = text
}

/** @param {import('./steps.js').Step[]} steps */
function speak(steps) {
  const last = steps.findLastIndex(({ state }) => state !== 'waiting')
  const step = steps[last]
  if (!step) return
  const said = step.state === 'done' && last === 3 ? 'The account is unlocked.' : step.text
  setText('spoken', `Step ${last + 1} of 4. ${said}`)
}

/** @param {unknown} error */
function showError(error) {
  const alert = element('alert')
  alert.textContent = error instanceof Error ? error.message : String(error)
  alert.hidden = false
}

/**
 * Runs what a button stands for, one at a time.
 *
 * @param {() => Promise<unknown>} work
 */
async function whileBusy(work) {
  if (page.isBusy) return
  page.isBusy = true
  element('alert').hidden = true
  draw()
  try {
    await work()
  } catch (error) {
    showError(error)
  }
  page.isBusy = false
  draw()
}

/** @param {boolean} failOnce */
async function pay(failOnce) {
  // Only a locked account can show that a failed attempt did not unlock it.
  if (failOnce && page.shown.isUnlocked) await post('/shop/restart')
  const { url } = await post('/shop/checkout', { failOnce })
  await leaveFor(String(url))
}

async function restart() {
  await post('/shop/restart')
  await leaveFor('/shop')
}

/**
 * Never resolves, so that the buttons stay as they are until the page is gone.
 *
 * @param {string} url
 * @returns {Promise<never>}
 */
function leaveFor(url) {
  location.assign(url)
  return new Promise(() => {})
}

/** @param {'forge' | 'resend'} tool */
async function send(tool) {
  const { eventId, status, duplicate } = await post(`/shop/${tool}`, { orderId: page.orderId })
  return { eventId: String(eventId), status: Number(status), duplicate: duplicate === true }
}

element('pay').addEventListener('click', () => whileBusy(() => pay(false)))
element('fail').addEventListener('click', () => whileBusy(() => pay(true)))
element('restart').addEventListener('click', () => whileBusy(restart))
element('forge').addEventListener('click', () =>
  whileBusy(async () => {
    page.forged = undefined
    draw()
    page.forged = await send('forge')
  }),
)
element('again').addEventListener('click', () =>
  whileBusy(async () => {
    page.again = undefined
    draw()
    page.again = await send('resend')
  }),
)

// The way back from Stripe's page may show this one as it was left.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})

start().catch(showError)
