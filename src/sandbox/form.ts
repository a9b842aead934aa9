/**
 * Nested form parameters as Stripe's API takes them: `metadata[userId]=u_1`,
 * `line_items[0][quantity]=2`, `expand[]=customer`. Only the text is read here; what a field must
 * hold is not known. Objects have no prototype, so a field named `__proto__` is a field like any
 * other.
 */
export type FormValue = string | FormFields
export interface FormFields {
  [name: string]: FormValue
}

export const formFieldsMax = 1_000
export const formDepthMax = 8

export type FormOutcome =
  | { readonly ok: true; readonly fields: FormFields }
  | { readonly ok: false; readonly reason: FormFault; readonly name: string }

/** Why a form is refused; the name of the field goes with it. */
export type FormFault = 'too_many_fields' | 'too_deep' | 'name_malformed' | 'value_and_fields'

const nameForm = /^([^[\]]+)((?:\[[^[\]]*\])*)$/

/** Reads `a[b]=c&…`. Of a name that comes twice the last value counts. */
export function parseForm(text: string): FormOutcome {
  const fields = emptyFields()
  let count = 0
  for (const [name, value] of new URLSearchParams(text)) {
    count++
    const fault = count > formFieldsMax ? 'too_many_fields' : setField(fields, name, value)
    if (fault) return { ok: false, reason: fault, name }
  }
  return { ok: true, fields }
}

/** An object that nothing can be inherited from. */
export function emptyFields(): FormFields {
  return Object.create(null) as FormFields // Object.create is typed `any`
}

function setField(fields: FormFields, name: string, value: string): FormFault | undefined {
  const keys = splitName(name)
  if (!keys) return 'name_malformed'
  if (keys.length > formDepthMax) return 'too_deep'
  const last = keys.pop() ?? ''
  let inner = fields
  for (const key of keys) {
    const named = nextKey(inner, key)
    inner[named] ??= emptyFields()
    const next = inner[named]
    if (typeof next === 'string') return 'value_and_fields'
    inner = next
  }
  const named = nextKey(inner, last)
  if (typeof inner[named] === 'object') return 'value_and_fields'
  inner[named] = value
  return undefined
}

function splitName(name: string): string[] | undefined {
  const [, first, rest = ''] = nameForm.exec(name) ?? []
  if (first === undefined) return undefined
  return [first, ...Array.from(rest.matchAll(/\[([^\]]*)\]/g), ([, key = '']) => key)]
}

/** `[]` means the next place in a list. */
function nextKey(fields: FormFields, key: string): string {
  return key === '' ? String(Object.keys(fields).length) : key
}
