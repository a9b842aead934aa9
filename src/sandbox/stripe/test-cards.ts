/**
 * Stripe's test cards by the names its API takes them under (`pm_card_visa`), and what each one
 * does. The names are Stripe's: https://docs.stripe.com/testing#cards
 */
export interface Decline {
  readonly code: string
  /** Why the bank refused, where the code alone does not say it. */
  readonly declineCode?: string
  readonly message: string
}

export interface TestCard {
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'discover'
  readonly last4: string
  readonly funding: 'credit' | 'debit' | 'prepaid'
  readonly decline?: Decline
}

function declined(declineCode: string, message = 'Your card was declined.'): Decline {
  return { code: 'card_declined', declineCode, message }
}

function visa(last4: string, decline?: Decline): TestCard {
  return { brand: 'visa', last4, funding: 'credit', ...(decline && { decline }) }
}

const generic = visa('0002', declined('generic_decline'))
const insufficientFunds = visa(
  '9995',
  declined('insufficient_funds', 'Your card has insufficient funds.'),
)

const testCards: ReadonlyMap<string, TestCard> = new Map([
  ['pm_card_visa', visa('4242')],
  ['pm_card_visa_debit', { ...visa('5556'), funding: 'debit' }],
  ['pm_card_mastercard', { brand: 'mastercard', last4: '4444', funding: 'credit' }],
  ['pm_card_mastercard_debit', { brand: 'mastercard', last4: '3222', funding: 'debit' }],
  ['pm_card_mastercard_prepaid', { brand: 'mastercard', last4: '5100', funding: 'prepaid' }],
  ['pm_card_amex', { brand: 'amex', last4: '0005', funding: 'credit' }],
  ['pm_card_discover', { brand: 'discover', last4: '1117', funding: 'credit' }],
  ['pm_card_us', visa('4242')],
  ['pm_card_chargeDeclined', generic],
  ['pm_card_visa_chargeDeclined', generic],
  ['pm_card_chargeCustomerFail', visa('0341', declined('generic_decline'))],
  ['pm_card_chargeDeclinedInsufficientFunds', insufficientFunds],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', insufficientFunds],
  ['pm_card_chargeDeclinedLostCard', visa('9987', declined('lost_card'))],
  ['pm_card_visa_chargeDeclinedLostCard', visa('9987', declined('lost_card'))],
  ['pm_card_chargeDeclinedStolenCard', visa('9979', declined('stolen_card'))],
  ['pm_card_visa_chargeDeclinedStolenCard', visa('9979', declined('stolen_card'))],
  [
    'pm_card_chargeDeclinedExpiredCard',
    visa('0069', { code: 'expired_card', message: 'Your card has expired.' }),
  ],
  [
    'pm_card_chargeDeclinedIncorrectCvc',
    visa('0127', { code: 'incorrect_cvc', message: "Your card's security code is incorrect." }),
  ],
  [
    'pm_card_chargeDeclinedProcessingError',
    visa('0119', { code: 'processing_error', message: 'The card could not be processed.' }),
  ],
] satisfies [string, TestCard][])

/** The card of a name such as `pm_card_visa`; undefined where Stripe has no such test card. */
export function testCard(name: string): TestCard | undefined {
  return testCards.get(name)
}
