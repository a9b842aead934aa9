/** Amounts and currencies: integers in the currency's smallest unit, as Stripe counts them. */
import { type Params, paramName, requiredText } from './params.ts'
import { invalidParam } from './stripe-error.ts'

export const amountMax = 99_999_999

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

// Which currencies have no or three decimals is Stripe's own list, not ISO 4217's:
// https://docs.stripe.com/currencies#zero-decimal
const zeroDecimals: ReadonlySet<string> = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
)
const threeDecimals: ReadonlySet<string> = new Set('BHD JOD KWD OMR TND'.split(' '))

/** The three letters in lower case. */
export function currencyParam(params: Params): string {
  const currency = requiredText(params, 'currency')
  if (currencies.has(currency.toUpperCase())) return currency.toLowerCase()
  const message = `Invalid currency: ${currency.slice(0, 20)}`
  throw invalidParam(paramName(params, 'currency'), 'parameter_invalid_string', message)
}

/** `$9.99`, for people. */
export function formatAmount(amount: number, currency: string): string {
  const code = currency.toUpperCase()
  const digits = zeroDecimals.has(code) ? 0 : threeDecimals.has(code) ? 3 : 2
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: code,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits)
}
