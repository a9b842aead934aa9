/** How a syntax tree uses the runtime's own names. A name that the file declares is never meant. */
import ts from 'typescript'

type IsGlobal = (name: ts.Identifier) => boolean

/** The names by which the global object itself is called. */
const globalObjects = ['globalThis', 'window', 'self', 'global']

/** The value of one of these globals is taken: called, passed on, or read from `globalThis`. */
export function readGlobals(node: ts.Node, isGlobal: IsGlobal, names: readonly string[]): boolean {
  const member = memberOf(node)
  if (member !== undefined) {
    return names.includes(member.name) && isNamed(member.object, isGlobal, globalObjects)
  }
  if (!ts.isIdentifier(node) || !names.includes(node.text)) return false
  return !isOnlyAName(node) && isGlobal(node)
}

/** A member of a global is read: `process.env`, `process['env']`, `const { env } = process`. */
export function isReadOf(
  node: ts.Node,
  isGlobal: IsGlobal,
  object: string,
  members: readonly string[],
): boolean {
  const member = memberOf(node)
  if (member !== undefined) {
    return members.includes(member.name) && isGlobalObject(member.object, isGlobal, object)
  }
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return false
  if (node.initializer === undefined) return false
  const taken = node.name.elements.map((element) =>
    (element.propertyName ?? element.name).getText(),
  )
  return (
    taken.some((name) => members.includes(name)) &&
    isGlobalObject(node.initializer, isGlobal, object)
  )
}

function memberOf(node: ts.Node): { object: ts.Expression; name: string } | undefined {
  if (ts.isPropertyAccessExpression(node)) return { object: node.expression, name: node.name.text }
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return { object: node.expression, name: node.argumentExpression.text }
  }
  return undefined
}

/** `process`, or `globalThis.process`. */
function isGlobalObject(node: ts.Expression, isGlobal: IsGlobal, name: string): boolean {
  if (isNamed(node, isGlobal, [name])) return true
  const member = memberOf(node)
  return member?.name === name && isNamed(member.object, isGlobal, globalObjects)
}

function isNamed(node: ts.Expression, isGlobal: IsGlobal, names: readonly string[]): boolean {
  if (!ts.isIdentifier(node) || !names.includes(node.text)) return false
  // The compiler knows `globalThis` as a symbol without a declaration.
  return isGlobal(node)
}

/** A property, a label in a pattern or a type: the word is there, the global is not. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isBindingElement(parent)) return parent.propertyName === node
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true
  return ts.isTypeNode(parent) || ts.isQualifiedName(parent)
}
