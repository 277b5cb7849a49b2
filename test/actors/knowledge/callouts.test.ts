import { expect, test } from 'vitest'
import { partsOf } from './statements-of.ts'

const EXPECTED = [
  'drain: 25s',
  'cache: 5',
  'drain: 25s › It waits.',
  'drain: 25s › At most 60.',
  'cache: 5 › Memory.',
]

test.each([
  [
    'a.adoc',
    '[source,yaml]\n----\ndrain: 25s # <1>\ncache: 5 # <2>\n----\n<1> It waits. At most 60.\n<2> Memory.\n',
  ],
  ['a.adoc', '----\ndrain: 25s <1>\ncache: 5   <2>\n----\n\n<1> It waits.\nAt most 60.\n<2> Memory.\n'],
  ['a.md', '```yaml\ndrain: 25s # (1)!\ncache: 5 # (2)!\n```\n\n1.  It waits. At most 60.\n2.  Memory.\n'],
])('[G450] in %s what a number of a listing refers to stands under its line: %j', async (file, text) => {
  expect(await partsOf(file, text)).toEqual(EXPECTED)
})

test.each([
  [
    'steps below code',
    'a.md',
    '```sh\nrun # (1)\n```\n\n1. Open it.\n2. Shut it.\n',
    ['run # (1)', 'Open it.', 'Shut it.'],
  ],
  [
    'code without marks',
    'a.adoc',
    '----\nif (a <1> b)\n----\n<1> Open it.\n',
    ['if (a <1> b)', '<1> Open it.'],
  ],
])('[G450] %s are told as they are written', async (_, file, text, expected) => {
  expect(await partsOf(file, text)).toEqual(expected)
})
