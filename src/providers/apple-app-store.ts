import type { Json, JsonObject } from '../base/json.ts'
import { appleRoot } from './apple-root.ts'
import { defineProvider } from './define.ts'
import type { RefusedReason } from './outcome.ts'
import type { JsonEvents } from './provider.ts'
import type { ProviderSettings } from './request.ts'
import { certifiedPayload, parseCertifiedPayload } from './schemes/certified-payload.ts'

const field = 'signedPayload'

export const appleAppStore = defineProvider<
  JsonEvents<{
    notificationType: string
    subtype?: string
    notificationUUID: string
    data?: JsonObject
    signedDate: number
  }>
>({
  name: 'apple-app-store',
  title: 'Apple App Store Server Notifications V2',
  docsUrl: 'https://developer.apple.com/documentation/appstoreservernotifications',
  secretNames: [],
  scheme: certifiedPayload({
    field,
    timeClaim: 'signedDate',
    idClaim: 'notificationUUID',
    leafExtension: '1.2.840.113635.100.6.11.1',
    middleExtension: '1.2.840.113635.100.6.2.1',
    roots: () => [appleRoot()],
    refusedClaims,
  }),
  settings: ['bundleId', 'appAppleId', 'environment', 'trustedRoots'],
  requiredSettings: ['bundleId'],
  event: {
    id: 'body:notificationUUID',
    type: 'body:notificationType',
    occurredAt: { at: 'body:signedDate', unit: 'ms' },
    mode: { at: 'body:data.environment', live: 'Production', test: 'Sandbox' },
  },
  parse: (body) => parseCertifiedPayload(field, body),
  retryAfterSeconds: [3_600, 43_200, 86_400, 172_800, 259_200],
  notes: [
    'There is no secret: the chain of certificates leads to Apple Root CA - G3. trustedRoots ' +
      'replaces it.',
    'Set bundleId, and appAppleId for production: without them a notification of any app would ' +
      'verify. Without environment both are accepted, and the mode of the source tells them ' +
      'apart.',
    'Certificates are checked at signedDate; revocation is not looked up. A signature does not ' +
      'grow old unless toleranceSeconds is set. Those of Xcode and of local testing are never ' +
      'accepted.',
    'The payload is what signedPayload holds; transactions in it are signatures of their own.',
    'Apple repeats in production only; the sandbox sends once.',
  ],
  samples: [
    {
      type: 'DID_RENEW',
      body: {
        notificationType: 'DID_RENEW',
        subtype: 'BILLING_RECOVERY',
        notificationUUID: '002e14d5-51f5-4503-b5a8-c3a1af68eb20',
        version: '2.0',
        data: { bundleId: 'com.example.app', bundleVersion: '1', environment: 'Sandbox' },
      },
    },
    {
      type: 'TEST',
      body: {
        notificationType: 'TEST',
        notificationUUID: '5b0b6c0e-0d5c-4e52-9d3d-8f0d0a6f7a11',
        version: '2.0',
        data: { appAppleId: 1_234, bundleId: 'com.example.app', environment: 'Production' },
      },
    },
  ],
})

interface App {
  readonly bundleId: Json | undefined
  readonly appAppleId: Json | undefined
  readonly environment: Json | undefined
}

/** Whether the notification is about the app, in the environment, that the source is set to. */
function refusedClaims(
  payload: JsonObject,
  { bundleId, appAppleId, environment }: ProviderSettings,
): RefusedReason | undefined {
  const wanted = environment?.toLowerCase()
  const isKnown = wanted === undefined || wanted === 'production' || wanted === 'sandbox'
  if (!bundleId || !isKnown) return 'setting_missing'
  const app = appOf(payload)
  if (!app || app.bundleId !== bundleId) return 'claim_mismatch'
  if (app.environment !== 'Production' && app.environment !== 'Sandbox') return 'claim_mismatch'
  if (wanted !== undefined && app.environment.toLowerCase() !== wanted) return 'claim_mismatch'
  if (app.environment === 'Sandbox') return undefined
  if (appAppleId === undefined) return 'setting_missing'
  return app.appAppleId === appAppleId ? undefined : 'claim_mismatch'
}

/**
 * A payload has one of these; only the token of an external purchase does not name its environment.
 */
function appOf(payload: JsonObject): App | undefined {
  const { data, summary, externalPurchaseToken: token, appData } = payload
  const about = [data, summary, token, appData].find((one) => one !== undefined && one !== null)
  if (typeof about !== 'object' || about === null || Array.isArray(about)) return undefined
  const { bundleId, appAppleId, environment } = about
  if (about !== token) return { bundleId, appAppleId, environment }
  const isSandbox = String(about.externalPurchaseId ?? '').startsWith('SANDBOX')
  return { bundleId, appAppleId, environment: isSandbox ? 'Sandbox' : 'Production' }
}
