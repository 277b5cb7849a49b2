import { expect, test } from 'vitest'
import { textsOf } from './statements-of.ts'

const OWNERS =
  '# The last pattern wins.\n\n*       @acme/core\n# who reviews texts\n/docs/  @acme/docs ann@acme.org\n/infra/*.tf  @acme/sre\n'

test.each(['CODEOWNERS', 'CODEOWNERS.txt'])('%s: each pattern has its owners [G397]', async (file) => {
  expect(await textsOf(file, OWNERS)).toEqual([
    'The last pattern wins.',
    '*: @acme/core',
    '/docs/: @acme/docs ann@acme.org (who reviews texts)',
    '/infra/*.tf: @acme/sre',
  ])
})

test('a pattern of a part without owners has those of the part [G397]', async () => {
  const text = '/vendor/\n/my\\ files/ @lena # old\n\n[Payments][2] @acme/pay\n/billing/\n/tax/ @bo\n'
  expect(await textsOf('CODEOWNERS', text)).toEqual([
    '/vendor/: no owner',
    '/my files/: @lena (old)',
    'Payments · /billing/: @acme/pay',
    'Payments · /tax/: @bo',
  ])
})

test('a list of addresses or of items is no file of owners [G397]', async () => {
  expect(await textsOf('a.txt', 'Ann ann@acme.org\nBo bo@acme.org\n')).toEqual([
    'Ann ann@acme.org',
    'Bo bo@acme.org',
  ])
  expect(await textsOf('a.txt', '* Ann: ann@acme.org\n* Bo: bo@acme.org\n')).toEqual([
    'Ann: ann@acme.org',
    'Bo: bo@acme.org',
  ])
})

test('a notebook tells why a cell failed and what it shows as text, not that there is a picture [G398]', async () => {
  const cell = (source: string, output: object) => ({
    cell_type: 'code',
    source: [source],
    outputs: [output],
  })
  const cells = [
    cell('load()', {
      output_type: 'error',
      ename: 'OSError',
      evalue: 'counts.csv is missing',
      traceback: ['x'],
    }),
    cell('show()', {
      data: { 'text/markdown': ['Total: 52 kg'], 'text/plain': ['<IPython Markdown object>'] },
    }),
    cell('plot()', { data: { 'image/png': 'aaa', 'text/plain': ['<Figure size 640x480 with 1 Axes>'] } }),
  ]
  expect(await textsOf('a.ipynb', JSON.stringify({ cells, nbformat: 4, metadata: {} }))).toEqual([
    'load()',
    'OSError: counts.csv is missing',
    'show()',
    'Total: 52 kg',
    'plot()',
  ])
})
