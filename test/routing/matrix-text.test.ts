import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RoutingMatrixError } from '../../src/routing/errors.ts'
import { RoutingMatrix } from '../../src/routing/routing-matrix.ts'
import { nameArbitrary, rowsArbitrary } from './matrices.ts'

const problemsOf = (build: () => unknown): { path: string; value: unknown }[] => {
  try {
    build()
  } catch (error) {
    if (error instanceof RoutingMatrixError) return error.problems.map(({ path, value }) => ({ path, value }))
    throw error
  }
  throw new Error('nothing was refused')
}
const pathsOf = (build: () => unknown) => problemsOf(build).map(({ path }) => path)

test('CSV as a spreadsheet writes it: a byte-order mark, CRLF, quoted names, rows in another order, empty cells', () => {
  const text =
    '\uFEFFto\\from,question,"dense, v2","say ""fuse"""\r\n"dense, v2",1,,0\r\nquestion,,,\r\n\r\n"say ""fuse""",0,0.7,\r\n'
  const A = RoutingMatrix.fromCsv(text)
  expect(A.names).toEqual(['question', 'dense, v2', 'say "fuse"'])
  expect(A.edges()).toEqual([
    { from: 'question', to: 'dense, v2', weight: 1 },
    { from: 'dense, v2', to: 'say "fuse"', weight: 0.7 },
  ])
})

test('whatever A is, its CSV and its JSON read back as the same A', () => {
  const matrix = rowsArbitrary(5, 1e-12).chain((A) =>
    fc
      .uniqueArray(nameArbitrary, { minLength: A.length, maxLength: A.length })
      .map((names) => RoutingMatrix.from({ names, A })),
  )
  fc.assert(
    fc.property(matrix, (A) => {
      expect(RoutingMatrix.fromCsv(A.toCsv()).toJSON()).toEqual(A.toJSON())
      expect(RoutingMatrix.fromJSON(JSON.stringify(A)).toJSON()).toEqual(A.toJSON())
      expect(RoutingMatrix.fromJSON({ names: A.names, edges: A.edges() }).toJSON()).toEqual(A.toJSON())
    }),
  )
})

test('everything wrong with a CSV is listed at once, by line', () => {
  const text = ',a,b\na,0,1,7\nb,x\nzed,0,0\na,0,0\n'
  expect(pathsOf(() => RoutingMatrix.fromCsv(text))).toEqual([
    'line 2',
    'line 3',
    'line 3.a',
    'line 4',
    'line 5',
  ])
})

test('lines are counted as an editor counts them, through quoted line breaks', () => {
  expect(pathsOf(() => RoutingMatrix.fromCsv('x,"a\nb",c\n"a\nb",0,0\nc,0,oops\n'))).toEqual(['line 5.c'])
})

test('a missing row, a stray quote, a name twice, an empty text', () => {
  expect(problemsOf(() => RoutingMatrix.fromCsv(',a,b\na,0,1\n'))).toEqual([{ path: 'csv', value: 'b' }])
  expect(pathsOf(() => RoutingMatrix.fromCsv(',a\na,"0\n'))).toContain('line 2')
  expect(pathsOf(() => RoutingMatrix.fromCsv(',a,a\na,0,1\n'))).toContain('names[1]')
  expect(pathsOf(() => RoutingMatrix.fromCsv(''))).toEqual(['line 1'])
})

test.each(['NaN', 'Infinity', '0x10', '1,2', '--1', '1e', '½'])('a cell of %s is not a weight', (cell) => {
  const quoted = `"${cell}"`
  expect(pathsOf(() => RoutingMatrix.fromCsv(`,a\na,${quoted}\n`))).toEqual(['line 2.a'])
})

test('a negative weight is a number, and refused as a weight', () => {
  expect(problemsOf(() => RoutingMatrix.fromCsv(',a\na,-1\n'))).toEqual([{ path: 'edges.a→a', value: -1 }])
})

test.each([
  ['not JSON', 'json'],
  ['null', 'json'],
  ['[]', 'json'],
  ['{"names":["a"]}', 'json'],
  ['{"names":7,"A":[]}', 'names'],
  ['{"names":["a"],"A":7}', 'A'],
  ['{"names":["a"],"A":[7]}', 'A[0]'],
  ['{"names":["a"],"A":[["1"]]}', 'edges.a→a'],
  ['{"names":["a"],"edges":{}}', 'edges'],
  ['{"names":["a"],"edges":[null]}', 'edges.undefined→undefined'],
  ['{"names":[""],"edges":[]}', 'names[0]'],
])('JSON of %s is refused at %s', (text, path) => {
  expect(pathsOf(() => RoutingMatrix.fromJSON(text))).toContain(path)
})

test('files: by their ending, and one that is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-matrix-'))
  const A = RoutingMatrix.from({
    names: ['a', 'b'],
    A: [
      [0, 0],
      [0.5, 0],
    ],
  })
  await writeFile(join(folder, 'a.csv'), `\uFEFF${A.toCsv()}`)
  await writeFile(join(folder, 'a.json'), `\uFEFF${JSON.stringify(A)}`)
  expect((await RoutingMatrix.load(join(folder, 'a.csv'))).toJSON()).toEqual(A.toJSON())
  expect((await RoutingMatrix.load(join(folder, 'a.json'))).toJSON()).toEqual(A.toJSON())
  await expect(RoutingMatrix.load(join(folder, 'none.csv'))).rejects.toMatchObject({
    code: 'routing-matrix',
    path: join(folder, 'none.csv'),
  })
})

test('printed, every column stands under its name', () => {
  const A = RoutingMatrix.from({
    names: ['question', 'dense', 'fuse'],
    edges: [
      { from: 'question', to: 'dense', weight: 1 },
      { from: 'dense', to: 'fuse', weight: 0.6789 },
    ],
  })
  expect(A.toString().split('\n')).toEqual([
    'to ↓  from →  question  dense  fuse',
    'question             ·      ·     ·',
    'dense                1      ·     ·',
    'fuse                 ·  0.679     ·',
  ])
})

test('the heat map is one self-contained SVG with every weight in it, and escapes names', () => {
  const svg = RoutingMatrix.from({
    names: ['<b>"x"</b>', 'b&b'],
    edges: [{ from: '<b>"x"</b>', to: 'b&b', weight: 0.25 }],
  }).toSvg()
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/u)
  expect(svg).toContain('&lt;b&gt;&quot;x&quot;&lt;/b&gt; → b&amp;b: 0.25')
  expect(svg).not.toContain('<b>')
  expect(svg.match(/<title>/gu)).toHaveLength(1)
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|<script|NaN/u)
})
