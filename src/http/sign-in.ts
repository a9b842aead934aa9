/**
 * `/sign-in` and `/sign-out`: pages and forms that work without a script. A sign-in link only shows
 * a button: the person who presses it uses the link up, a program that looks at it does not.
 */

import { decodeUtf8 } from '../base/bytes.ts'
import { HooklineError } from '../base/errors.ts'
import type { SignInWay } from '../storage/admin-keys.ts'
import { actorOf } from './actor.ts'
import { audit, auditRefusal } from './audit.ts'
import { addressOf } from './auth/address.ts'
import { admitKey } from './auth/admin-key.ts'
import { requireNoOtherOrigin } from './auth/origin.ts'
import { admitPassword } from './auth/password.ts'
import { refusal } from './auth/refusal.ts'
import { endSession, type SessionStart, startSession, tokenIn } from './auth/session.ts'
import { checkSignInToken, spendSignInToken } from './auth/sign-in-link.ts'
import { readRequestBody } from './body.ts'
import { type Html, html, htmlPage } from './page.ts'
import { problem } from './problem.ts'
import type { Served } from './served.ts'

const formBytesMax = 16_384
const formType = 'application/x-www-form-urlencoded'

const fields: readonly { name: string; way: SignInWay }[] = [
  { name: 'token', way: 'link' },
  { name: 'key', way: 'key' },
  { name: 'password', way: 'password' },
]

/** Undefined for every other path. */
export function signInRoutes(served: Served): (request: Request) => Promise<Response | undefined> {
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname !== '/sign-in' && pathname !== '/sign-out') return undefined
    try {
      if (pathname === '/sign-out') return await signOut(served, request)
      return await signIn(served, request)
    } catch (error) {
      return refused(served, request, error)
    }
  }
}

async function signIn(served: Served, request: Request): Promise<Response> {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return await showForm(served, new URL(request.url).searchParams.get('token'))
    case 'POST':
      return await takeForm(served, request)
    default:
      return wrongMethod('GET, HEAD, POST')
  }
}

async function signOut(served: Served, request: Request): Promise<Response> {
  if (request.method !== 'POST') return wrongMethod('POST')
  requireNoOtherOrigin(request, served.admin.publicUrl)
  const { setCookie, ended } = await endSession(served, request)
  if (ended !== undefined) {
    const actor = actorOf({ by: 'session', credential: ended }, served)
    await audit(served.storage, actor, { action: 'sign-in.end', subject: 'session' })
  }
  return redirect('/sign-in', setCookie)
}

async function showForm(served: Served, token: string | null): Promise<Response> {
  if (token === null) return page(forms(served))
  await checkSignInToken(served, token)
  return page(tokenForm(token))
}

async function takeForm(served: Served, request: Request): Promise<Response> {
  requireNoOtherOrigin(request, served.admin.publicUrl)
  const { way, value } = await readForm(request)
  const start = await checkForm(served, { way, value, address: addressOf(request) }).catch(
    async (error) => {
      await auditRefusal(served, way)
      throw error
    },
  )
  const session = await startSession(served, request, start)
  const actor = actorOf({ by: 'session', credential: tokenIn(session) }, served)
  await audit(served.storage, actor, { action: 'sign-in.accept', subject: way })
  return redirect('/', session)
}

interface SignInForm {
  readonly way: SignInWay
  readonly value: string
}

async function checkForm(
  served: Served,
  { way, value, address }: SignInForm & { readonly address: string },
): Promise<SessionStart> {
  switch (way) {
    case 'link':
      await spendSignInToken(served, value)
      return { way, scope: 'admin', adminKeyId: null }
    case 'key': {
      const admitted = await admitKey(served, value.trim(), address)
      if (admitted) return { way, ...admitted }
      throw notRight('This is not an admin key', 'it, or HOOKLINE_ADMIN_KEY of the server,')
    }
    case 'password':
      if (await admitPassword(served, value, address)) {
        return { way, scope: 'admin', adminKeyId: null }
      }
      throw notRight("This is not the admin's password", 'it')
  }
}

function notRight(what: string, which: string): HooklineError {
  return new HooklineError(
    'admin_required',
    `${what}. It is likely mistyped, or was changed. Check ${which} and try again.`,
  )
}

async function readForm(request: Request): Promise<SignInForm> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== formType) throw formInvalid(`its content type is not ${formType}`)
  const body = await readRequestBody(request, formBytesMax)
  if (typeof body === 'string') {
    const detail = `The form was not read whole, or is over ${formBytesMax} bytes. Send it again.`
    throw new HooklineError(body, detail)
  }
  const text = decodeUtf8(body)
  if (text === undefined) throw formInvalid('it is not text')
  const form = new URLSearchParams(text)
  const [given, ...others] = fields.filter(({ name }) => form.has(name))
  if (given === undefined || others.length > 0) {
    throw formInvalid('it has not one of `token`, `key` and `password`')
  }
  return { way: given.way, value: form.get(given.name) ?? '' }
}

function formInvalid(why: string): HooklineError {
  return new HooklineError(
    'payload_invalid',
    `This is not a sign-in form: ${why}. It was likely not sent by the page at /sign-in. ` +
      'Use that page.',
  )
}

const focused = html`autofocus`
const unfocused = html``

const keyForm = (focus: Html, where: Html) => html`<form method="post" action="/sign-in">
  <div><label for="key">Admin key</label>
  <input id="key" name="key" type="password" autocomplete="off" required ${focus}></div>
  <button>Sign in</button>${where}</form>`

const passwordForm = html`<form method="post" action="/sign-in">
  <div><label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required
  autofocus></div><button>Sign in</button></form>`

const keysOfDev = html`<p class="hint">No key at hand? Each start of <code>hookline dev</code>
  prints a link that signs you in without one: stop it and start it again for a new link. The key
  itself is in <code>.hookline/admin-key</code>, unless <code>HOOKLINE_ADMIN_KEY</code> is set.</p>`

const keysOfServe = html`<p class="hint">It is one that <code>hookline admin-keys create</code>
  printed, or the value of <code>HOOKLINE_ADMIN_KEY</code> of the server.</p>`

function forms({ admin, server }: Served): Html {
  const where = server.isDev ? keysOfDev : keysOfServe
  const isByKey = admin.passwordHash === undefined
  return isByKey ? keyForm(focused, where) : html`${passwordForm}${keyForm(unfocused, where)}`
}

function tokenForm(token: string): Html {
  return html`<p>This link signs you in to this Hookline, once.</p>
    <form method="post" action="/sign-in"><input name="token" type="hidden" value="${token}">
    <button autofocus>Sign in</button></form>`
}

function page(content: Html, status = 200): Response {
  const response = htmlPage('Sign in – Hookline', html`<h1>Sign in</h1>${content}`, status)
  // Without any referrer a browser sends `Origin: null` with the form, and it would be refused.
  response.headers.set('referrer-policy', 'same-origin')
  return response
}

/** A person gets the reason on the page, with the form to try again; a program gets the problem. */
function refused(served: Served, request: Request, error: unknown): Response {
  const response = refusal(error, served.log)
  const isForPerson = request.headers.get('accept')?.includes('text/html') === true
  if (!isForPerson || !(error instanceof HooklineError)) return response
  return page(html`<p role="alert">${error.message}</p>${forms(served)}`, response.status)
}

function redirect(location: string, setCookie: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, 'set-cookie': setCookie, 'cache-control': 'no-store' },
  })
}

function wrongMethod(allow: string): Response {
  return problem('method_not_allowed', `This path allows ${allow}.`, { headers: { allow } })
}
