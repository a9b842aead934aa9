// @ts-check
/** Puts what is known onto the page. It decides nothing and keeps nothing. */
import { againSentence, failSentence, forgedSentence, fulfilledSentence } from './sentences.js'
import { stepsOf } from './steps.js'
import { clockTime, duration } from './times.js'

/** @typedef {import('./sentences.js').Sent} Sent */

/**
 * What the page knows; everything on it is drawn from this.
 *
 * @typedef {object} Page
 * @property {string} userId
 * @property {string} orderId
 * @property {import('./steps.js').Shown} shown
 * @property {boolean} isConnected
 * @property {boolean} isBusy
 * @property {number} clockAheadMs Milliseconds by which the server's clock is ahead.
 * @property {Sent} [forged]
 * @property {Sent} [again]
 * @property {Record<string, string>} problems What kept an experiment from being made.
 */

const buttons = ['pay', 'forge', 'again', 'fail', 'restart']

/** @param {Page} page */
export function draw({ shown, forged, again, problems, isConnected, isBusy }) {
  // Not `disabled`, which would take the focus away from who uses the keyboard.
  for (const id of buttons) element(id).setAttribute('aria-disabled', String(isBusy))
  drawResult('forge', problems, forged ? forgedSentence(forged, shown) : '')
  drawResult('again', problems, again ? againSentence(again, shown) : '')
  drawResult('fail', problems, failSentence(shown))
  if (!isConnected) return
  drawAccount(shown)
  drawSteps(shown)
}

/** @param {string} id */
export function element(id) {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no element '${id}'.`)
  return found
}

/**
 * A region that is written again is read out again, so only what is new is written.
 *
 * @param {string} id
 * @param {string} text
 */
export function setText(id, text) {
  const target = element(id)
  if (target.textContent !== text) target.textContent = text
}

/**
 * @param {string} experiment
 * @param {Record<string, string>} problems
 * @param {string} sentence
 */
function drawResult(experiment, problems, sentence) {
  const problem = problems[experiment]
  element(`${experiment}-result`).dataset.state = problem ? 'problem' : ''
  setText(`${experiment}-result`, problem ?? sentence)
}

/** @param {Page['shown']} shown */
function drawAccount({ isUnlocked, order }) {
  const isPaid = order?.receivedAt !== undefined
  element('account').dataset.state = isUnlocked ? 'unlocked' : 'locked'
  setText('pill', isUnlocked ? 'Unlocked' : 'Locked')
  const locked = isPaid ? 'Paid. The order is under way.' : 'One payment opens it for good.'
  setText('account-text', isUnlocked ? fulfilledSentence(order) : locked)
  // Not shown for what is paid, so that nobody pays twice.
  element('pay').hidden = isUnlocked || isPaid
  element('pay-note').hidden = isUnlocked || isPaid
}

/** @param {Page['shown']} shown */
function drawSteps(shown) {
  const startedAt = shown.order?.startedAt
  const steps = stepsOf(shown)
  const items = [...element('steps').children]
  steps.forEach((step, i) => {
    const item = items[i]
    if (item instanceof HTMLElement) drawStep(item, step, startedAt)
  })
  element('since').hidden = startedAt === undefined
  speak(steps)
}

/**
 * @param {HTMLElement} item
 * @param {import('./steps.js').Step} step
 * @param {number | undefined} startedAt
 */
function drawStep(item, { state, title, text, at }, startedAt) {
  item.dataset.state = state
  const since = at !== undefined && startedAt !== undefined ? `+${duration(at - startedAt)}` : ''
  const parts = { h3: title, '.what p': text, '.since': since, time: at ? clockTime(at) : '' }
  for (const [selector, value] of Object.entries(parts)) {
    const part = item.querySelector(selector)
    if (part && part.textContent !== value) part.textContent = value
  }
}

/** @param {import('./steps.js').Step[]} steps */
function speak(steps) {
  const last = steps.findLastIndex(({ state }) => state !== 'waiting')
  const step = steps[last]
  if (!step) return
  const said = step.state === 'done' && last === 3 ? 'The account is unlocked.' : step.text
  setText('spoken', `Step ${last + 1} of 4. ${said}`)
}
