/**
 * `/sign-in` and `/sign-out`: pages and forms that work without a script. A sign-in link only shows
 * a button: the person who presses it uses the link up, a program that looks at it does not.
 */

import { decodeUtf8 } from '../base/bytes.ts'
import { HooklineError } from '../base/errors.ts'
import { actorOf } from './actor.ts'
import { audit, auditRefusal } from './audit.ts'
import { checkAdminKey } from './auth/admin-key.ts'
import { requireNoOtherOrigin } from './auth/origin.ts'
import { refusal } from './auth/refusal.ts'
import { endSession, startSession, tokenIn } from './auth/session.ts'
import { checkSignInToken, useSignInToken } from './auth/sign-in-link.ts'
import { readRequestBody } from './body.ts'
import { type Html, html, htmlPage } from './page.ts'
import { problem } from './problem.ts'
import type { Served } from './served.ts'

const formBytesMax = 16_384
const formType = 'application/x-www-form-urlencoded'

/** Undefined for every other path. */
export function signInRoutes(served: Served): (request: Request) => Promise<Response | undefined> {
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname !== '/sign-in' && pathname !== '/sign-out') return undefined
    try {
      if (pathname === '/sign-out') return signOut(request)
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

function signOut(request: Request): Response {
  if (request.method !== 'POST') return wrongMethod('POST')
  requireNoOtherOrigin(request)
  return redirect('/sign-in', endSession(request))
}

async function showForm(served: Served, token: string | null): Promise<Response> {
  if (token === null) return page(keyForm)
  await checkSignInToken(served, token)
  return page(tokenForm(token))
}

async function takeForm(served: Served, request: Request): Promise<Response> {
  requireNoOtherOrigin(request)
  const form = await readForm(request)
  const way = form.has('token') ? 'link' : 'key'
  try {
    await checkForm(served, form)
  } catch (error) {
    await auditRefusal(served, way)
    throw error
  }
  const session = await startSession(served, request)
  const actor = actorOf({ by: 'session', credential: tokenIn(session) }, served)
  await audit(served.storage, actor, { action: 'sign-in.accept', subject: way })
  return redirect('/', session)
}

async function checkForm(served: Served, form: URLSearchParams): Promise<void> {
  const token = form.get('token')
  if (token !== null) await useSignInToken(served, token)
  else requireKey(served, form.get('key') ?? '')
}

function requireKey(served: Served, key: string): void {
  if (checkAdminKey(served, key.trim())) return
  throw new HooklineError(
    'admin_required',
    'This is not the admin key. It is the value of HOOKLINE_ADMIN_KEY where the server was ' +
      'started. Check it and try again.',
  )
}

async function readForm(request: Request): Promise<URLSearchParams> {
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
  if (form.has('token') === form.has('key'))
    throw formInvalid('it has not one of `token` and `key`')
  return form
}

function formInvalid(why: string): HooklineError {
  return new HooklineError(
    'payload_invalid',
    `This is not a sign-in form: ${why}. It was likely not sent by the page at /sign-in. ` +
      'Use that page.',
  )
}

const keyForm = html`<form method="post" action="/sign-in">
  <p><label for="key">Admin key</label></p>
  <p><input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
  <button>Sign in</button></p></form>
  <p>It is the value of <code>HOOKLINE_ADMIN_KEY</code>. <code>hookline dev</code> prints a link
  that signs in without it.</p>`

function tokenForm(token: string): Html {
  return html`<form method="post" action="/sign-in">
    <input name="token" type="hidden" value="${token}">
    <p>This link signs you in to this Hookline, once.</p>
    <p><button autofocus>Sign in</button></p></form>`
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
  return page(html`<p role="alert">${error.message}</p>${keyForm}`, response.status)
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
