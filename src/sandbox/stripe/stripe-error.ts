/**
 * Stripe's errors, as its API answers them: `{"error":{"type","code","message","param",…}}`. Thrown
 * by whoever finds the fault and turned into an answer in one place.
 */
export type StripeErrorType =
  | 'invalid_request_error'
  | 'idempotency_error'
  | 'card_error'
  | 'api_error'

export interface StripeErrorDetails {
  readonly status: number
  readonly type: StripeErrorType
  readonly message: string
  readonly code?: string
  readonly param?: string
  /** Further fields of the error object, such as `decline_code` and `payment_intent`. */
  readonly more?: Readonly<Record<string, unknown>>
}

export class StripeError extends Error {
  override readonly name = 'StripeError'
  readonly details: StripeErrorDetails

  constructor(details: StripeErrorDetails) {
    super(details.message)
    this.details = details
  }
}

/** A parameter that is missing or can not be used. */
export function invalidParam(param: string, code: string, message: string): StripeError {
  return new StripeError({ status: 400, type: 'invalid_request_error', code, param, message })
}

/** An id that names nothing: 404 where it is the path's, 400 where a parameter names it. */
export function noSuch(
  object: string,
  id: string,
  where: { param: string; isPath: boolean },
): StripeError {
  return new StripeError({
    status: where.isPath ? 404 : 400,
    type: 'invalid_request_error',
    code: 'resource_missing',
    param: where.param,
    message: `No such ${object}: '${id}'`,
  })
}

/**
 * What Stripe can do and this sandbox can not; said plainly, so that nobody looks for a fault of
 * theirs.
 */
export function notInSandbox(param: string, what: string): StripeError {
  return invalidParam(param, 'sandbox_unsupported', `The sandbox does not do this: ${what}`)
}

export function errorBody(details: StripeErrorDetails, requestId: string): object {
  const { code, param, message, type, more } = details
  return {
    error: {
      ...(code && { code, doc_url: `https://stripe.com/docs/error-codes/${dashed(code)}` }),
      message,
      ...(param && { param }),
      ...more,
      request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
      type,
    },
  }
}

function dashed(code: string): string {
  return code.replaceAll('_', '-')
}
