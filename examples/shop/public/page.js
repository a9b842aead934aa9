// @ts-check
/**
 * The shop's page: shows what the live stream says and passes on what a person presses. It decides
 * nothing about the account and asks for nothing on its own.
 */
import { connect } from '/client/index.js'
import { draw, element, setText } from './draw.js'
import { post } from './server.js'
import { newestOrder } from './steps.js'

/** @type {import('./draw.js').Page} */
const page = {
  userId: '',
  orderId: '',
  shown: { isUnlocked: false, wasPushed: false },
  isConnected: false,
  isBusy: false,
  clockAheadMs: 0,
  problems: {},
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
  page.clockAheadMs = clockAhead(Number(now), sentAt, Date.now())
  return { token: String(token), userId: String(userId), command: String(command) }
}

/**
 * The answer was made somewhere between the two times. Where that alone explains the difference,
 * the two clocks are taken for one, as they are on one machine.
 *
 * @param {number} now
 * @param {number} sentAt
 * @param {number} receivedAt
 */
function clockAhead(now, sentAt, receivedAt) {
  return now >= sentAt && now <= receivedAt ? 0 : now - (sentAt + receivedAt) / 2
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
  draw(page)
}

/** When this tab was told, so that a reload does not change the time. The state is never kept. */
function rememberedUnlock() {
  const text = sessionStorage.getItem(`unlock ${page.userId}`)
  return text === null ? undefined : JSON.parse(text)
}

/** @param {readonly { path: string, data: import('./steps.js').Order }[]} orders */
function showOrders(orders) {
  const newest = newestOrder(orders)
  page.orderId = newest?.path.split('/').at(-1) ?? ''
  page.shown.order = newest?.data
  draw(page)
}

/** @param {unknown} error */
function showError(error) {
  setText('alert', messageOf(error))
  element('alert').hidden = false
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Runs what a button stands for, one at a time.
 *
 * @param {() => Promise<unknown>} work
 * @param {(error: unknown) => void} [tell]
 */
async function whileBusy(work, tell = showError) {
  if (page.isBusy) return
  page.isBusy = true
  element('alert').hidden = true
  draw(page)
  try {
    await work()
  } catch (error) {
    tell(error)
  }
  page.isBusy = false
  draw(page)
}

/**
 * An experiment tells in its own place what kept it from being made.
 *
 * @param {'forge' | 'again' | 'fail'} name
 * @param {() => Promise<unknown>} work
 */
function experiment(name, work) {
  delete page.problems[name]
  return whileBusy(work, (error) => {
    page.problems[name] = messageOf(error)
  })
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

async function forge() {
  delete page.forged
  draw(page)
  page.forged = await send('forge')
}

async function sendAgain() {
  delete page.again
  draw(page)
  if (!page.shown.order?.eventId) throw new Error('There is no event to repeat yet. Pay first.')
  page.again = await send('resend')
}

element('pay').addEventListener('click', () => whileBusy(() => pay(false)))
element('restart').addEventListener('click', () => whileBusy(restart))
element('forge').addEventListener('click', () => experiment('forge', forge))
element('again').addEventListener('click', () => experiment('again', sendAgain))
element('fail').addEventListener('click', () => experiment('fail', () => pay(true)))

// The way back from Stripe's page may show this one as it was left.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})

start().catch(showError)
