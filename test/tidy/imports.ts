/**
 * Every way in which one module names another: import, export from, import(), import types. What a
 * specifier means is decided by its text and the file it stands in; nothing is looked up on disk.
 */
import path from 'node:path'
import ts from 'typescript'
import { parse, placeOf, visit } from './parse.ts'
import type { Files } from './rule.ts'

export interface Import {
  readonly from: string
  readonly place: string
  readonly specifier: string
  /** A path of this repository; undefined where it is a package or a part of Node. */
  readonly target: string | undefined
  /** Erased when the file runs. */
  readonly isTypeOnly: boolean
  /** What it takes by name; undefined where it takes the module whole. */
  readonly names: readonly string[] | undefined
}

const importsOf = new WeakMap<Files, readonly Import[]>()

export function readImports(files: Files): readonly Import[] {
  const known = importsOf.get(files)
  if (known !== undefined) return known
  const imports: Import[] = []
  const published = readPublished(files)
  for (const source of parse(files).sources) {
    visit(source, (node) => {
      const found = importAt(node)
      if (found !== undefined) imports.push(describe(source.fileName, node, found, published))
    })
  }
  importsOf.set(files, imports)
  return imports
}

type Found = Pick<Import, 'specifier' | 'isTypeOnly' | 'names'>

function describe(from: string, node: ts.Node, found: Found, published: Published): Import {
  const { specifier } = found
  const target = specifier.startsWith('.')
    ? path.posix.join(path.posix.dirname(from), specifier)
    : published.get(specifier)
  return { from, place: placeOf(node), target, ...found }
}

/** `hookline/client` -> `src/client/index.ts`: the same files by another road. */
type Published = ReadonlyMap<string, string>

function readPublished(files: Files): Published {
  // Checked by publint; only the condition that leads to the sources is read.
  const { name, exports = {} } = JSON.parse(files.get('package.json') ?? '{}') as {
    name?: string
    exports?: Record<string, string | Record<string, string>>
  }
  const published = new Map<string, string>()
  for (const [subpath, conditions] of Object.entries(exports)) {
    const source = typeof conditions === 'object' ? conditions['hookline-source'] : undefined
    if (source !== undefined) published.set(path.posix.join(name ?? '', subpath), source.slice(2))
  }
  return published
}

function importAt(node: ts.Node): Found | undefined {
  if (ts.isImportDeclaration(node)) return importDeclaration(node)
  if (ts.isExportDeclaration(node)) return exportDeclaration(node)
  if (ts.isImportTypeNode(node)) {
    const text = ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined
    return text === undefined ? undefined : { specifier: text, isTypeOnly: true, names: undefined }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const text = textOf(node.arguments[0])
    return text === undefined ? undefined : { specifier: text, isTypeOnly: false, names: undefined }
  }
  return undefined
}

function importDeclaration(node: ts.ImportDeclaration): Found | undefined {
  const specifier = textOf(node.moduleSpecifier)
  if (specifier === undefined) return undefined
  const clause = node.importClause
  if (clause === undefined) return { specifier, isTypeOnly: false, names: [] }
  const isTypeClause = clause.phaseModifier === ts.SyntaxKind.TypeKeyword
  const bindings = clause.namedBindings
  if (clause.name !== undefined || bindings === undefined || ts.isNamespaceImport(bindings)) {
    return { specifier, isTypeOnly: isTypeClause, names: undefined }
  }
  return { specifier, ...named(bindings.elements, isTypeClause) }
}

function exportDeclaration(node: ts.ExportDeclaration): Found | undefined {
  const specifier = textOf(node.moduleSpecifier)
  if (specifier === undefined) return undefined
  const clause = node.exportClause
  if (clause === undefined || ts.isNamespaceExport(clause)) {
    return { specifier, isTypeOnly: node.isTypeOnly, names: undefined }
  }
  return { specifier, ...named(clause.elements, node.isTypeOnly) }
}

function named(
  elements: ts.NodeArray<ts.ImportSpecifier | ts.ExportSpecifier>,
  isTypeClause: boolean,
): Pick<Import, 'isTypeOnly' | 'names'> {
  const values = elements.filter((element) => !isTypeClause && !element.isTypeOnly)
  return {
    // `import {} from` runs the module; a list of types only does not.
    isTypeOnly: isTypeClause || (elements.length > 0 && values.length === 0),
    names: values.map((element) => (element.propertyName ?? element.name).text),
  }
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined
}

/** `stripe` of `stripe/lib/x`, `@clack/prompts` of `@clack/prompts/y`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
