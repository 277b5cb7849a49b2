import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const table = join(root, 'src/simulation/faults.ts')
const first = "  drop: { point: 'send' },\n"

/** What the compiler says of src/simulation once one more kind stands in the table for each of the points. */
function brokenBy(points: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const host = ts.createCompilerHost({ ...options, noEmit: true })
  const textOf = (path: string): string | undefined => {
    const text = ts.sys.readFile(path)
    if (relative(table, path) !== '') return text
    return text?.replace(first, first + points.map((at) => `  ${at}MadeUp: { point: '${at}' },\n`).join(''))
  }
  host.readFile = textOf
  host.getSourceFile = (path, target) => {
    const text = textOf(path)
    return text === undefined ? undefined : ts.createSourceFile(path, text, target)
  }
  const program = ts.createProgram([join(dirname(table), 'index.ts')], { ...options, noEmit: true }, host)
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.includes('/src/simulation/'))
    .flatMap((file) => program.getSemanticDiagnostics(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('a kind of fault that nobody handles does not compile, wherever it strikes', () => {
  const source = ts.sys.readFile(table) ?? ''
  const points = [...new Set([...source.matchAll(/point: '(\w+)'/g)].map(([, point]) => point as string))]
  expect(points.length).toBeGreaterThan(10)
  expect(source).toContain(first)
  const errors = brokenBy(points)
  const named = points.filter((point) => errors.some((text) => text.includes(`"${point}MadeUp"`)))
  expect(named).toEqual(points)
}, 180_000)
