import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

/** The syntax tree of a file, where every node knows its parent. */
export function parsed({ file, text }: { file: string; text: string }): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
}

/** Every node below `node`, outermost first. */
export function below(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (child: ts.Node): void => {
    found.push(child)
    ts.forEachChild(child, visit)
  }
  ts.forEachChild(node, visit)
  return found
}

/** Lines of a file as an editor counts them. */
export function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

/** A function with a body, by a name that a reader finds. */
export interface SizedFunction {
  readonly name: string
  readonly lines: number
}

/** The functions of a file with the lines from their first word to their closing brace, docs not counted. */
export function functionsOf(source: ts.SourceFile): SizedFunction[] {
  const lineOf = (at: number) => source.getLineAndCharacterOfPosition(at).line
  return below(source).flatMap((node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return []
    return [{ name: nameOf(node), lines: lineOf(node.end) - lineOf(node.getStart(source)) + 1 }]
  })
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  if (node.name !== undefined) return node.name.getText()
  const { parent } = node
  return (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.name !== undefined
    ? parent.name.getText()
    : 'a nameless function'
}

/** Which file imports which, types included, as paths from the root. */
export function importsOf(source: ts.SourceFile): string[] {
  const found: string[] = []
  const add = (to: ts.Node | undefined): void => {
    if (to !== undefined && ts.isStringLiteral(to) && to.text.startsWith('.')) {
      found.push(normalize(join(dirname(source.fileName), to.text)))
    }
  }
  for (const node of below(source)) {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0])
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
  }
  return found
}
