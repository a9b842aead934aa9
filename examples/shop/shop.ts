/**
 * The shop's own routes: its page, a token for the live stream, the checkout, and the experiments.
 * It unlocks nothing: only the handlers in hookline.ts write that a user has paid.
 */
import { randomBytes } from 'node:crypto'
import type { Hookline } from 'hookline'
import { assetResponse, pageResponse } from './assets.ts'
import { ShopError } from './shop-error.ts'
import { createCheckout, forgeEvent, resendEvent } from './stripe.ts'

/** The two things of the app that the shop needs. */
type ShopApp = Pick<Hookline, 'token' | 'doc'>

interface Visit {
  readonly app: ShopApp
  readonly request: Request
  readonly url: URL
  readonly userId: string
}

const bodyBytesMax = 1_024
const cookieName = 'hookline_shop'
const cookieSeconds = 30 * 24 * 3_600
/** Random and unguessable: in this demo the user id is the whole login. */
const userIdPattern = /^u_[0-9a-f]{32}$/

const actions: Readonly<Record<string, (visit: Visit) => Promise<Response>>> = {
  '/shop/token': giveToken,
  '/shop/checkout': startCheckout,
  '/shop/forge': forge,
  '/shop/resend': resend,
  '/shop/restart': restart,
}

/** Answers every request to the app that is not Hookline's own. */
export function createShop(app: ShopApp): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await answer(app, request)
    } catch (error) {
      if (error instanceof ShopError) return error.toResponse()
      throw error
    }
  }
}

async function answer(app: ShopApp, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const action = actions[url.pathname]
  if (action) {
    requireOwnPage(request, url)
    return await action({ app, request, url, userId: requireUser(request) })
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw notFound()
  if (url.pathname === '/shop') return await servePage(request)
  const asset = url.pathname.startsWith('/shop/') && (await assetResponse(url.pathname.slice(6)))
  if (asset) return asset
  throw notFound()
}

async function servePage(request: Request): Promise<Response> {
  const response = await pageResponse()
  if (!userIdOf(request)) response.headers.set('set-cookie', newUserCookie(request))
  return response
}

async function giveToken({ app, userId }: Visit): Promise<Response> {
  const token = await app.token({ sub: userId, read: [`users/${userId}`, `orders/${userId}/**`] })
  // The page shows times of this clock, so it needs to know how far its own is from it.
  return Response.json({ token, userId, now: Date.now(), command: ownCommand })
}

/** What a person types: in a clone of the repository it is a script of its package.json. */
const ownCommand = import.meta.url.endsWith('.ts') ? 'npm run hookline --' : 'npx hookline'

async function startCheckout({ app, request, url, userId }: Visit): Promise<Response> {
  const startedAt = Date.now()
  const failOnce = (await readBody(request)).failOnce === true
  const orderId = `o_${randomBytes(10).toString('hex')}`
  const checkout = await createCheckout({
    userId,
    orderId,
    failOnce,
    shopUrl: `${url.origin}/shop`,
  })
  await app.doc(orderPath(userId, orderId)).set({ startedAt, checkoutAt: Date.now(), failOnce })
  return Response.json({ url: checkout })
}

async function forge({ userId }: Visit): Promise<Response> {
  return Response.json(await forgeEvent(userId))
}

async function resend({ app, request, userId }: Visit): Promise<Response> {
  const { orderId } = await readBody(request)
  const isKnown = typeof orderId === 'string' && /^\w{1,64}$/.test(orderId)
  const order = isKnown ? await app.doc(orderPath(userId, orderId)).get() : undefined
  if (typeof order?.eventId !== 'string') {
    throw new ShopError(409, 'There is no event to send again yet. Pay first.')
  }
  return Response.json(await resendEvent(order.eventId))
}

async function restart({ request }: Visit): Promise<Response> {
  return new Response(null, { status: 204, headers: { 'set-cookie': newUserCookie(request) } })
}

function orderPath(userId: string, orderId: string): string {
  return `orders/${userId}/${orderId}`
}

/** A page from elsewhere must not act with this cookie. A program sends neither header. */
function requireOwnPage(request: Request, url: URL): void {
  if (request.method !== 'POST') throw new ShopError(405, 'This is done with POST, by the page.')
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const isOwn = site ? site === 'same-origin' : !origin || origin === url.origin
  if (!isOwn) throw new ShopError(403, "The request is from another site. Use the shop's own page.")
}

function requireUser(request: Request): string {
  const userId = userIdOf(request)
  if (userId) return userId
  throw new ShopError(
    401,
    'The shop does not know who this is. Its cookie is likely blocked or gone. Reload the page.',
  )
}

function userIdOf(request: Request): string | undefined {
  const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/)
  const value = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.split('=')[1]
  return value && userIdPattern.test(value) ? value : undefined
}

function newUserCookie(request: Request): string {
  const userId = `u_${randomBytes(16).toString('hex')}`
  const attributes = ['Path=/shop', `Max-Age=${cookieSeconds}`, 'HttpOnly', 'SameSite=Lax']
  if (request.url.startsWith('https:')) attributes.push('Secure')
  return [`${cookieName}=${userId}`, ...attributes].join('; ')
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > bodyBytesMax)
      throw new ShopError(413, 'The request is longer than any of ours.')
  }
  try {
    return Object(JSON.parse(text || '{}'))
  } catch {
    throw new ShopError(
      400,
      'The request is not JSON. The page sends {"failOnce":true}, or nothing.',
    )
  }
}

function notFound(): ShopError {
  return new ShopError(404, 'Nothing is served at this path. The shop is at /shop.')
}
