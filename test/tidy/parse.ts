/**
 * TypeScript sources as syntax trees, from memory: no standard library, no packages, nothing
 * resolved. A name that no file declares is therefore a global of the runtime, which is what the
 * rules ask about.
 */
import ts from 'typescript'
import { type Files, pathsOf } from './rule.ts'

export interface Parsed {
  readonly sources: readonly ts.SourceFile[]
  /** Whether a name at this place means the runtime's global. */
  isGlobal(name: ts.Identifier): boolean
}

const compilerOptions: ts.CompilerOptions = {
  noLib: true,
  noResolve: true,
  types: [],
  target: ts.ScriptTarget.Latest,
  module: ts.ModuleKind.ESNext,
  jsx: ts.JsxEmit.Preserve,
  allowImportingTsExtensions: true,
  noEmit: true,
  // Otherwise a file without imports would declare its names for all the others.
  moduleDetection: ts.ModuleDetectionKind.Force,
}

const parsedFiles = new WeakMap<Files, Parsed>()

export function isTypeScript(name: string): boolean {
  return /\.tsx?$/.test(name) && !name.endsWith('.d.ts')
}

/** Parsed once for each set of files, since every rule reads the same trees. */
export function parse(files: Files): Parsed {
  const known = parsedFiles.get(files)
  if (known !== undefined) return known
  const names = pathsOf(files, isTypeScript)
  const program = ts.createProgram(names, compilerOptions, memoryHost(files))
  const checker = program.getTypeChecker()
  const sources = program.getSourceFiles().filter((source) => files.has(source.fileName))
  const parsed = { sources, isGlobal: (name: ts.Identifier) => isUndeclared(checker, name) }
  parsedFiles.set(files, parsed)
  return parsed
}

function isUndeclared(checker: ts.TypeChecker, name: ts.Identifier): boolean {
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name)
  return (symbol?.declarations ?? []).length === 0
}

function memoryHost(files: Files): ts.CompilerHost {
  return {
    getSourceFile: (name, options) => {
      const text = files.get(name)
      return text === undefined ? undefined : ts.createSourceFile(name, text, options, true)
    },
    fileExists: (name) => files.has(name),
    readFile: (name) => files.get(name),
    getDefaultLibFileName: () => 'lib.d.ts',
    getCurrentDirectory: () => '',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    writeFile: () => undefined,
  }
}

export function visit(node: ts.Node, on: (node: ts.Node) => void): void {
  on(node)
  ts.forEachChild(node, (child) => visit(child, on))
}

/** Where a node begins, as the findings name it. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile()
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
  return `${source.fileName}:${line + 1}`
}
