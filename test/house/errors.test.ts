import ts from 'typescript'
import { expect, test } from 'vitest'
import * as actors from '../../actors/index.ts'
import * as ganglion from '../../src/index.ts'
import * as journal from '../../src/journal/index.ts'
import * as http from '../../src/serve/index.ts'
import * as simulation from '../../src/simulation/index.ts'
import * as testkit from '../../src/testkit/index.ts'
import { files, pages } from './files.ts'

const sources = files('.ts', 'src', 'actors')

/** The string literals of a type: a literal, a union of them, or an alias of one in the same file. */
function literals(type: ts.TypeNode | undefined, file: ts.SourceFile): string[] {
  if (type === undefined) return []
  if (ts.isUnionTypeNode(type)) return type.types.flatMap((one) => literals(one, file))
  if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text]
  if (!ts.isTypeReferenceNode(type)) return []
  const alias = file.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === type.typeName.getText(file),
  )
  return literals(alias?.type, file)
}

/** What a class gives to `super(code, …)`: a string, or a parameter that may be one of several. */
function codesOf(declaration: ts.ClassDeclaration, file: ts.SourceFile): string[] {
  const maker = declaration.members.find(ts.isConstructorDeclaration)
  const calls = maker?.body?.statements
    .filter(ts.isExpressionStatement)
    .map(({ expression }) => expression)
    .filter(ts.isCallExpression)
  const code = calls?.find(({ expression }) => expression.kind === ts.SyntaxKind.SuperKeyword)?.arguments[0]
  if (code === undefined) return []
  if (ts.isStringLiteral(code)) return [code.text]
  const parameter = maker?.parameters.find(({ name }) => name.getText(file) === code.getText(file))
  return literals(parameter?.type, file)
}

/** `code Class` of every error class. One that repeats the code of another error has none of its own. */
function thrown(): string[] {
  return sources.flatMap(({ file: name, text }) => {
    const file = ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true)
    return file.statements
      .filter(ts.isClassDeclaration)
      .filter(({ heritageClauses }) =>
        /^extends GanglionError\b/u.test(heritageClauses?.[0]?.getText(file) ?? ''),
      )
      .flatMap((one) => codesOf(one, file).map((code) => `${code} ${one.name?.text}`))
  })
}

const listed = [
  ...(pages().find(({ file }) => file === 'docs/errors.md')?.text ?? '').matchAll(
    /^\| `([a-z-]+)` \| `(\w+)` \|/gmu,
  ),
]

test('docs/errors.md lists every error code with its class, and no other', () => {
  const all = thrown()
  expect(all.length).toBeGreaterThan(90)
  expect(listed.map(([, code, name]) => `${code} ${name}`).sort()).toEqual([...new Set(all)].sort())
})

test('every error class that is listed is exported, except those that end a command', () => {
  const exported = { ...ganglion, ...simulation, ...testkit, ...actors, ...http, ...journal }
  const missing = new Set(listed.map(([, , name]) => name as string).filter((name) => !(name in exported)))
  expect([...missing].sort()).toEqual(['InterruptedError', 'UsageError'])
})

test('docs and docstrings name an error’s code as the source has it', () => {
  const pairs = new Set(listed.map(([, code, name]) => `${code} ${name}`))
  const wrong = [...sources, ...pages()].flatMap(({ file, text }) =>
    [...text.matchAll(/\b([A-Z]\w+Error)`? \((`[a-z-]+`(?:, `[a-z-]+`)*)/gu)].flatMap(
      ([, name, codes = '']) =>
        codes
          .split(', ')
          .map((code) => `${code.slice(1, -1)} ${name}`)
          .filter((pair) => !pairs.has(pair))
          .map((pair) => `${file}: ${pair}`),
    ),
  )
  expect(wrong).toEqual([])
})

/** Words in backquotes that our source need not know: packages and tools of others. */
const FOREIGN = new Set(['package-lock', 'onnxruntime-node'])

test('a hyphenated word in backquotes on a page is one that the source knows', () => {
  const source = sources.map(({ text }) => text).join('\n')
  const unknown = pages().flatMap(({ file, text }) =>
    [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/gu)]
      .map(([, word]) => word as string)
      .filter((word) => !FOREIGN.has(word) && !new RegExp(`['\`"]${word}['\`"]`, 'u').test(source))
      .map((word) => `${file}: ${word}`),
  )
  expect(unknown).toEqual([])
})
