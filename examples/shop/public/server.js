// @ts-check
/** Requests to the shop's own server. Each is made because a person asked; none is repeated. */

/** A failure that the server, or the lack of one, explains in a sentence. */
export class ServerError extends Error {}

/**
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Record<string, unknown>>}
 */
export async function post(path, body = {}) {
  const response = await send(path, body)
  const text = await response.text()
  const answer = text === '' ? {} : parsed(text)
  if (response.ok) return answer
  throw new ServerError(String(answer.detail ?? `The server answered ${response.status}.`))
}

/**
 * @param {string} path
 * @param {object} body
 */
async function send(path, body) {
  try {
    const headers = { 'content-type': 'application/json' }
    return await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  } catch (cause) {
    const message = "The shop's server does not answer. It likely was stopped. Start it again."
    throw new ServerError(message, { cause })
  }
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parsed(text) {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}
