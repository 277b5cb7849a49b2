import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { DenseIndex } from '../../../actors/knowledge/retrieval/dense-index.ts'
import { CHINESE_FUSION, FUSION, fuse, poolOf } from '../../../actors/knowledge/retrieval/fusion.ts'
import { LexicalIndex } from '../../../actors/knowledge/retrieval/lexical-index.ts'
import { calendarNames } from '../../../actors/knowledge/text/calendar.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { terms } from '../../../actors/knowledge/text/words.ts'
import { quantise } from '../../../scripts/calibration/quantise.ts'
import { ManualKernel } from '../../../src/kernel/manual-kernel.ts'
import { Pauses } from '../../../src/kernel/pauses.ts'

const index = (...documents: string[]) =>
  new LexicalIndex(documents.flatMap((text, i) => passages(readMarkdown(`${i}.md`, text))))

describe('words', () => {
  it('brings spelling variants to one term', () => {
    expect(terms('Beyoncé’s')).toEqual(terms('beyonce'))
    expect(terms('the U.S. army')).toEqual(terms('the US army'))
    expect(terms('4,853 km')).toEqual(['4853', 'km'])
    expect(terms('countries')).toEqual(terms('country'))
    expect(terms('保修期')).toEqual(['保', '修', '期', '保修', '修期'])
  })
})

describe('LexicalIndex', () => {
  it('ranks the passage with the rarer word first', () => {
    const found = index('The pump is red.', 'The pump has a gasket.', 'The pump is blue.')
    expect(found.search(terms('gasket of the pump'), 3)[0]?.passage).toBe(1)
  })

  it('finds a passage by its headings', () => {
    const found = index('# Peru\n\nThe capital is Lima.', '# Chile\n\nThe capital is Santiago.')
    expect(found.search(terms('capital of Chile'), 2)[0]?.passage).toBe(1)
  })

  it('has no hit for words that it does not know, and weighs them as the rarest', () => {
    const found = index('The pump is red.', 'The valve is blue.')
    expect(found.search(['zeppelin'], 5)).toEqual([])
    expect(found.weight('zeppelin')).toBeGreaterThan(found.weight('pump'))
  })

  it('gives single passages the scores that a search gives them', () => {
    const found = index('The pump is red, the pump.', 'The valve is blue.', 'A pump has a valve, a gasket.')
    const query = terms('the gasket of a pump, zeppelin')
    const all = found.scores(query)
    expect([...found.scoresOf(query, Uint32Array.of(2, 0, 1))]).toEqual(
      [2, 0, 1].map((passage) => all[passage]),
    )
  })

  it('is the same when it is made with pauses, so that a large folder holds up nobody', async () => {
    const words = ['red', 'blue', 'grey', 'new']
    const texts = Array.from(
      { length: 200 },
      (_, i) => `# Room ${i}\n\nThe ${words[i % 4]} pump has ${i} valves.`,
    )
    const all = texts.flatMap((text, i) => passages(readMarkdown(`${i}.md`, text)))
    const kernel = new ManualKernel()
    let [now, taken] = [0, 0]
    const later = (run: () => void) => {
      taken += 1
      queueMicrotask(run)
    }
    const clock = { now: () => now, monotonic: () => now++ }
    const found = await LexicalIndex.withPauses(all, new Pauses({ clock, turns: { ...kernel.turns, later } }))
    expect(taken).toBeGreaterThan(10)
    for (const query of ['blue pump in room 17', '150 valves', 'zeppelin'].map(terms))
      expect(found.search(query, 5)).toEqual(new LexicalIndex(all).search(query, 5))
  })

  it('answers nothing when it is empty', () => {
    expect(new LexicalIndex([]).search(['pump'], 5)).toEqual([])
  })
})

describe('DenseIndex', () => {
  const unit = (...values: number[]) => {
    const length = Math.hypot(...values)
    return Float32Array.from(values, (value) => value / length)
  }

  it('gives single rows the cosines that a search gives them', () => {
    const found = new DenseIndex(quantise([unit(1, 2, 3), unit(0, 1, 0), unit(3, 1, 0)]))
    const all = found.scores(unit(1, 1, 0))
    expect([...found.scoresOf(unit(1, 1, 0), Uint32Array.of(2, 0))]).toEqual([all[2], all[0]])
    expect(() => found.scoresOf(unit(1, 1), Uint32Array.of(0))).toThrow('2 dimensions')
  })

  it('keeps cosines within half a hundredth of the floats', () => {
    const rows = Array.from({ length: 50 }, (_, i) =>
      unit(...Array.from({ length: 384 }, (_, j) => Math.sin(i * 7.3 + j * j * 0.1))),
    )
    const question = rows[17] as Float32Array
    const scores = new DenseIndex(quantise(rows)).scores(question)
    rows.forEach((row, i) => {
      const exact = row.reduce((sum, value, j) => sum + value * (question[j] as number), 0)
      expect(scores[i]).toBeCloseTo(exact, 2)
    })
    expect(new DenseIndex(quantise(rows)).search(question, 1)[0]?.passage).toBe(17)
  })

  it('finds the same in turns, so that a large index holds up nobody', async () => {
    const rows = Array.from({ length: 9000 }, (_, i) =>
      unit(...Array.from({ length: 384 }, (_, j) => Math.sin(i * 3.1 + j * j * 0.1))),
    )
    const index = new DenseIndex(quantise(rows))
    let turns = 0
    const found = await index.searchInTurns(rows[4321] as Float32Array, 5, async () => {
      turns += 1
    })
    expect(found).toEqual(index.search(rows[4321] as Float32Array, 5))
    expect(turns).toBeGreaterThan(1)
  })

  it('refuses vectors of another length', () => {
    const dense = new DenseIndex(quantise([unit(1, 0, 0, 0)]))
    expect(() => dense.search(unit(1, 0), 1)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'question' }),
    )
    expect(() => quantise([unit(1, 0), unit(1, 0, 0)])).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'vector' }),
    )
  })
})

describe('fuse', () => {
  it('puts what both list above what one lists, and a rare word above a common one', () => {
    const hits = (...scores: (readonly [number, number])[]) =>
      scores.map(([passage, score]) => ({ passage, score }))
    const dense = hits([4, 0.9], [2, 0.88], [7, 0.7])
    const lexical = hits([9, 12], [2, 11], [4, 1])
    const fused = fuse({ dense, lexical }, { input: undefined, weights: FUSION.weights })
    expect(fused.map(({ item }) => item.passage)).toEqual([2, 4, 9, 7])
  })
  it('gives as many passages to the readers as they can embed statements of, and never fewer than four', () => {
    const all = Array.from({ length: 30 }, (_, passage) => ({ passage, score: 30 - passage }))
    const fused = fuse({ dense: all, lexical: all }, { input: undefined, weights: CHINESE_FUSION.weights })
    const [whole] = passages(readMarkdown('a.md', 'One. Two. Three. Four. Five.'))
    const of = (statements: number) =>
      all.map(() => ({
        statements: Array.from({ length: statements }, () => whole?.statements[0] as never),
      }))
    expect(poolOf(fused, of(2), CHINESE_FUSION)).toHaveLength(12)
    expect(poolOf(fused, of(12), CHINESE_FUSION)).toEqual([0, 1, 2, 3, 4, 5])
    expect(poolOf(fused, of(50), CHINESE_FUSION)).toEqual([0, 1, 2, 3])
    expect(poolOf(fused, of(50), FUSION)).toHaveLength(FUSION.pool)
  })
})

it('a date in figures has the name of its month [G305]', () => {
  for (const date of ['2025-03-14', '14.03.2025', '14.3.2025', '2025-03-14T10:00:00Z'])
    expect(terms(date), date).toContain('march')
  for (const other of ['2025-13-14', '1.2.3', '10.0.0.1', '2025-03', '3.14.2025'])
    expect(calendarNames(other), other).toEqual([])
})
