import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { BertTokens } from '../../../src/inference/worker/bert-tokens.ts'
import { windowsOf } from '../../../src/inference/worker/windows.ts'
import { inRepository } from './model-folders.ts'

const FILE = join(inRepository('models/all-minilm-l6-v2'), 'tokenizer.json')
let tokenizer: Tokenizer
let places: BertTokens

beforeAll(async () => {
  const json = JSON.parse(await readFile(FILE, 'utf8')) as object
  tokenizer = new Tokenizer(json, {})
  places = BertTokens.of(tokenizer, json, FILE)
})

const plain = (text: string): string => (tokenizer.normalizer?.normalize(text) ?? '') as string

/** Texts of letters with and without accents, ideographs, marks, emoji, controls, halves of surrogate pairs. */
const texts = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          'naïve',
          'Café',
          'cafe\u0301',
          'WHALE',
          'İstanbul',
          '1,024.5',
          'unaffable',
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          '北京',
          '𠀀𠀁',
          '👩‍🚀',
          '\u0000',
          '\u00ad',
          '\u202e',
          '\ud800',
          '\udc00',
          '\ufffd',
        ),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(' ', '  ', '\t', '\n', '\u00a0', '.', '!?', '[SEP]', '[', '"', '—'),
      },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''))

test('ids are those of the reference implementation, rare ideographs included', async () => {
  const file = inRepository('test/inference/fixtures/tokenizer-ids.json')
  const { cases } = JSON.parse(await readFile(file, 'utf8')) as { cases: [text: string, ids: number[]][] }
  const wrong = cases.filter(
    ([text, ids]) => JSON.stringify(places.encode(text).ids) !== JSON.stringify(ids.slice(1, -1)),
  )
  expect(wrong).toEqual([])
})

test('the slice of every token normalises to the token, and tokens stand in the order of the text', () => {
  let sliced = 0
  fc.assert(
    fc.property(texts, (text) => {
      const { ids, starts, ends } = places.encode(text)
      ids.forEach((id, i) => {
        const [start, end] = [starts[i] as number, ends[i] as number]
        expect(start).toBeLessThan(end)
        expect(end).toBeLessThanOrEqual(text.length)
        // Pieces of one code point (a Korean syllable is three letters here) share its place.
        if (i > 0) expect(start).toBeGreaterThanOrEqual(starts[i - 1] as number)
        const token = (tokenizer.id_to_token(id) as string).replace(/^##/, '')
        if (token === '[UNK]') return
        sliced += 1
        const slice = text.slice(start, end)
        if (/^\[[A-Z]+\]$/.test(token)) expect(slice).toBe(token)
        else
          expect(plain(slice).replaceAll(/\s/g, '').replaceAll('ς', 'σ')).toContain(
            token.replaceAll('ς', 'σ'),
          )
      })
    }),
    { numRuns: 2000, seed: 4 },
  )
  expect(sliced).toBeGreaterThan(5000)
})

test('a slice is no wider than its token: letters before and after it are left out', () => {
  const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZéàü .,-!0123456789')
  const words = fc.array(letters, { maxLength: 60 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(words, (text) => {
      const { ids, starts, ends } = places.encode(text)
      ids.forEach((id, i) => {
        const token = (tokenizer.id_to_token(id) as string).replace(/^##/, '')
        if (token !== '[UNK]') expect(plain(text.slice(starts[i], ends[i]))).toBe(token)
      })
    }),
    { numRuns: 500, seed: 9 },
  )
})

test('an accent written as its own mark stays with its letter', () => {
  const text = 'the cafe\u0301 closed'
  const { starts, ends } = places.encode(text)
  expect(starts.map((start, i) => text.slice(start, ends[i]))).toEqual(['the', 'cafe\u0301', 'closed'])
})

test('windows cover every token, overlap by the stride, and end with the text', () => {
  fc.assert(
    fc.property(fc.nat(900), fc.integer({ min: 2, max: 300 }), fc.nat(400), (count, room, stride) => {
      const windows = windowsOf(count, room, stride)
      expect(windows[0]?.[0]).toBe(0)
      expect(windows.at(-1)?.[1]).toBe(count)
      windows.forEach(([from, to], i) => {
        expect(to - from).toBeLessThanOrEqual(room)
        if (i === 0) return
        const [, before] = windows[i - 1] as [number, number]
        expect(before - from).toBe(Math.min(stride, room >> 1))
      })
    }),
  )
})
