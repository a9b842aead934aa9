/**
 * `line_items[…]` of a checkout: from `price_data`, or in the short form of `name`, `amount`,
 * `currency`.
 */
import type { Maker } from '../maker.ts'
import { amountMax, currencyParam } from '../money.ts'
import { type LineItem, newLineItem } from '../objects/line-item.ts'
import {
  hash,
  hashes,
  integer,
  missingParam,
  type Params,
  paramName,
  requiredText,
  text,
} from '../params.ts'
import { invalidParam, notInSandbox } from '../stripe-error.ts'

export const quantityMax = 999_999
/** Stripe's own limit. */
export const lineItemsMax = 100

export function lineItemsParam(maker: Maker, params: Params): LineItem[] {
  const sent = hashes(params, 'line_items')
  if (sent.length > lineItemsMax) {
    throw invalidParam(
      'line_items',
      'parameter_invalid_array',
      `At most ${lineItemsMax} line items.`,
    )
  }
  const items = sent.map((item) => readLineItem(maker, item))
  if (new Set(items.map((item) => item.currency)).size > 1) {
    throw invalidParam(
      'line_items',
      'currency_mismatch',
      'All line items have to be in one currency.',
    )
  }
  return items
}

function readLineItem(maker: Maker, params: Params): LineItem {
  if (text(params, 'price')) {
    const what = 'prices by id. Send the price itself, as price_data.'
    throw notInSandbox(paramName(params, 'price'), what)
  }
  const quantity = integer(params, 'quantity', { min: 1, max: quantityMax }) ?? 1
  const priceData = hash(params, 'price_data')
  if (priceData) return newLineItem(maker, { ...readPriceData(priceData), quantity })
  return newLineItem(maker, {
    name: requiredText(params, 'name'),
    description: text(params, 'description') ?? null,
    currency: currencyParam(params),
    unitAmount: requiredAmount(params, 'amount'),
    quantity,
  })
}

function readPriceData(params: Params) {
  if (hash(params, 'recurring')) {
    throw notInSandbox(paramName(params, 'recurring'), 'recurring prices. Use a one-time price.')
  }
  const product = hash(params, 'product_data')
  return {
    name: product ? requiredText(product, 'name') : requiredText(params, 'product'),
    description: (product && text(product, 'description')) ?? null,
    currency: currencyParam(params),
    unitAmount: requiredAmount(params, 'unit_amount'),
  }
}

function requiredAmount(params: Params, name: string): number {
  const amount = integer(params, name, { min: 0, max: amountMax })
  if (amount === undefined) throw missingParam(params, name)
  return amount
}
