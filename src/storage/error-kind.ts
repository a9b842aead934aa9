/** What errors of one kind have in common: their first line, without the ids and numbers in it. */

const kindCharactersMax = 200

/** `No such customer: 'cus_N8s2'` and the same of another customer are of one kind. */
export function errorKind(error: string): string {
  const [first = ''] = error.split('\n', 1)
  return first
    .replace(/[\w@.:/-]*\d[\w@.:/-]*/g, '…')
    .replace(/…(\W?…)+/g, '…')
    .trim()
    .slice(0, kindCharactersMax)
}
