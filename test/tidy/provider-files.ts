/** The registry of providers and the files that declare one are the same, both ways. */
import ts from 'typescript'
import { parse, visit } from './parse.ts'
import type { Files, Rule } from './rule.ts'

const folder = 'src/providers/'

export const registeredProviders: Rule = {
  says: 'the registry of providers and their files are the same, both ways',
  find: (files) => {
    const registered = readRegistry(files)
    const declared = readDeclarations(files)
    const isEmpty = registered.size === 0
    if (isEmpty && files.has(`${folder}index.ts`)) return [`${folder} has no registry`]
    return [
      ...declared.filter(({ name, path }) => path !== pathOf(name)).map(misplaced),
      ...declared.filter(({ name }) => !registered.has(name)).map(unregistered),
      ...[...registered]
        .filter((name) => !declared.some((declaration) => declaration.name === name))
        .map((name) => `${pathOf(name)} is registered, but declares no provider ${name}`),
    ]
  },
  proofs: [
    {
      what: 'a file that is not registered, a name without a file, a file of another name',
      sources: {
        'src/providers/registry.ts':
          "export const providers = { stripe, 'aws-sns': awsSns, zoom } satisfies Registry",
        'src/providers/stripe.ts': "export const stripe = defineProvider({ name: 'stripe' })",
        'src/providers/sns.ts': "export const awsSns = defineProvider({ name: 'aws-sns' })",
        'src/providers/slack.ts': "export const slack = defineProvider({ name: 'slack' })",
        'src/providers/define.ts': 'export function defineProvider() {}',
      },
      finds: [
        'src/providers/sns.ts declares aws-sns, which belongs in src/providers/aws-sns.ts',
        'src/providers/slack.ts declares slack, which the registry lacks',
        'src/providers/zoom.ts is registered, but declares no provider zoom',
      ],
    },
    {
      what: 'a folder whose registry goes by another name',
      sources: { 'src/providers/index.ts': 'export const all = { stripe }' },
      finds: ['src/providers/ has no registry'],
    },
  ],
}

interface Declaration {
  readonly name: string
  readonly path: string
}

function pathOf(name: string): string {
  return `${folder}${name}.ts`
}

function misplaced({ name, path }: Declaration): string {
  return `${path} declares ${name}, which belongs in ${pathOf(name)}`
}

function unregistered({ name, path }: Declaration): string {
  return `${path} declares ${name}, which the registry lacks`
}

/** The keys of the object named `providers`, wherever in the folder it stands. */
function readRegistry(files: Files): ReadonlySet<string> {
  const names = new Set<string>()
  visitFolder(files, (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== 'providers') return
    for (const property of objectIn(node.initializer)?.properties ?? []) {
      if (property.name !== undefined) names.add(textOf(property.name))
    }
  })
  return names
}

/** What a call of `defineProvider` names. */
function readDeclarations(files: Files): Declaration[] {
  const declarations: Declaration[] = []
  visitFolder(files, (node, path) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'defineProvider') return
    const named = objectIn(node.arguments[0])?.properties.find(
      (property) => property.name !== undefined && textOf(property.name) === 'name',
    )
    if (named !== undefined && ts.isPropertyAssignment(named)) {
      declarations.push({ name: textOf(named.initializer), path })
    }
  })
  return declarations
}

function visitFolder(files: Files, on: (node: ts.Node, path: string) => void): void {
  for (const source of parse(files).sources) {
    const path = source.fileName
    if (path.startsWith(folder) && !path.endsWith('.test.ts'))
      visit(source, (node) => on(node, path))
  }
}

/** The object behind `satisfies`, `as const` and brackets. */
function objectIn(node: ts.Node | undefined): ts.ObjectLiteralExpression | undefined {
  if (node === undefined || ts.isObjectLiteralExpression(node)) return node
  const isWrapped =
    ts.isSatisfiesExpression(node) || ts.isAsExpression(node) || ts.isParenthesizedExpression(node)
  return isWrapped ? objectIn(node.expression) : undefined
}

function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : node.getText()
}
