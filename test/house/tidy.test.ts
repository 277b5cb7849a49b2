import { basename } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import {
  EMPTY_NAMED,
  EMPTY_NAMES,
  ERRORS_WITHOUT_CODE,
  LINES_A_FILE,
  LINES_A_FUNCTION,
  LONG_FILES,
  LONG_FUNCTIONS,
} from './exceptions.ts'
import { files } from './files.ts'
import { below, functionsOf, linesOf, parsed } from './sources.ts'

const house = files('.ts', 'src', 'actors')
const trees = house.map((source) => parsed(source))

/** What is to be done where the counts of those that break a rule are not those of the list of exceptions. */
function ratchet(found: ReadonlyMap<string, number>, listed: Readonly<Record<string, number>>): string[] {
  const names = [...new Set([...found.keys(), ...Object.keys(listed)])].sort()
  return names.flatMap((name) => {
    const [now, then] = [found.get(name), listed[name]]
    if (now === then) return []
    if (now === undefined) return [`${name}: keeps the rule now; take it off exceptions.ts`]
    if (then === undefined) return [`${name}: ${now}, which breaks the rule`]
    return now > then
      ? [`${name}: ${now}, worse than the ${then} of exceptions.ts`]
      : [`${name}: ${now}, better than the ${then} of exceptions.ts; lower it there`]
  })
}

/** How often each name comes up. */
function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

describe('tidy', () => {
  test(`a file has at most ${LINES_A_FILE} lines`, () => {
    const long = house
      .map(({ file, text }) => [file, linesOf(text)] as const)
      .filter(([, lines]) => lines > LINES_A_FILE)
    expect(ratchet(new Map(long), LONG_FILES)).toEqual([])
  })

  test(`a function has at most ${LINES_A_FUNCTION} lines`, () => {
    const long = trees
      .flatMap((tree) =>
        functionsOf(tree).map(({ name, lines }) => [`${tree.fileName} ${name}`, lines] as const),
      )
      .filter(([, lines]) => lines > LINES_A_FUNCTION)
    expect(ratchet(new Map(long), LONG_FUNCTIONS)).toEqual([])
  })

  test('the name of a file or folder says what is inside', () => {
    const all = files('.ts', 'src', 'actors', 'bench', 'examples', 'scripts', 'test').map(({ file }) => file)
    const folders = house.flatMap(({ file }) =>
      file.split('/').map((_, i, parts) => parts.slice(0, i).join('/')),
    )
    const empty = [...new Set([...all, ...folders])].filter((path) => EMPTY_NAMES.has(basename(path, '.ts')))
    expect(empty.sort()).toEqual([...EMPTY_NAMED].sort())
  })

  test('a test waits by until, and polls in no loop of its own', () => {
    const loops = files('.ts', 'test').flatMap((source) => {
      const tree = parsed(source)
      return below(tree)
        .filter((node) => ts.isWhileStatement(node) || ts.isDoStatement(node))
        .filter((loop) => below(loop.statement).some(ts.isAwaitExpression))
        .map((loop) => `${source.file}:${tree.getLineAndCharacterOfPosition(loop.getStart()).line + 1}`)
    })
    expect(loops).toEqual([])
  })

  test('every class of errors has a code', () => {
    const classes = trees.flatMap((tree) => below(tree).filter(ts.isClassLike))
    const extended = (one: ts.ClassLikeDeclaration) =>
      one.heritageClauses
        ?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
        ?.types[0]?.expression.getText()
    const isPlain = (name: string | undefined) => name !== undefined && PLAIN.test(name)
    const hasCode = (one: ts.ClassLikeDeclaration) =>
      one.members.some((member) => member.name?.getText() === 'code')
    const without = classes
      .filter((one) => isPlain(extended(one)) && !hasCode(one))
      .map((one) => `${one.getSourceFile().fileName}: ${one.name?.text ?? 'a nameless class'}`)
    expect(without).toEqual([])
  })

  test('what is thrown is an error of ours, not a plain one of the language', () => {
    const plain = trees.flatMap((tree) =>
      below(tree)
        .filter(ts.isNewExpression)
        .filter(({ expression, arguments: given }) => PLAIN.test(expression.getText()) && given?.length !== 0)
        .map(() => tree.fileName),
    )
    expect(ratchet(counted(plain), ERRORS_WITHOUT_CODE)).toEqual([])
  })
})

/** The language's own errors: they have a message and nothing that a program can switch on. */
const PLAIN = /^(?:Aggregate|Eval|Range|Reference|Syntax|Type|URI)?Error$/
