import { expect, test } from 'vitest'
import { Holding } from '../../src/pipeline/run/holding.ts'

test('a run holds a name as often as parcels of it are held, and tells each once, in order of arrival', () => {
  const holding = new Holding()
  const seen = () => [holding.size, [...holding.keys()]]
  expect(seen()).toEqual([0, []])
  for (const name of ['a', 'b', 'a', 'c']) holding.add(name)
  expect(seen()).toEqual([4, ['a', 'b', 'c']])
  holding.remove('a')
  expect(seen()).toEqual([3, ['b', 'a', 'c']])
  holding.remove('c')
  holding.remove('none')
  expect([...seen(), holding.has('a'), holding.has('c')]).toEqual([2, ['b', 'a'], true, false])
  holding.remove('b')
  holding.remove('a')
  expect(seen()).toEqual([0, []])
  holding.add('d')
  expect(seen()).toEqual([1, ['d']])
})
