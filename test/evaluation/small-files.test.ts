import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isFrom, isHeldOut, readSmallFolders, SMALL_FILES } from '../../bench/eval/small-files.ts'

const FOLDERS = readSmallFolders(readFileSync(SMALL_FILES))
const plain = (text: string) => text.replace(/\s+/gu, ' ').trim()

describe('small files', () => {
  it('have every gold answer in its sentence, and the sentence in a file', () => {
    const wrong = FOLDERS.flatMap(({ files, questions }) => {
      const texts = Object.values(files).map(plain)
      return questions
        .filter(({ unanswerable }) => !unanswerable)
        .filter(
          ({ answers: [answer = ''], context }) =>
            !plain(context).includes(plain(answer)) || !texts.some((text) => text.includes(plain(context))),
        )
        .map(({ id }) => id)
    })
    expect(wrong).toEqual([])
  })

  it('hold a quarter of the folders out', () => {
    const held = FOLDERS.filter(isHeldOut).length / FOLDERS.length
    expect(held).toBeGreaterThan(0.2)
    expect(held).toBeLessThan(0.3)
  })

  it('tell the sentence that answers from another with the same number', () => {
    const asked = {
      id: 'a',
      question: 'How much is the large tent?',
      answers: ['14'],
      unanswerable: false,
      context: '| Large tent | 14 |',
    }
    expect(isFrom(asked, 'Tent: Large tent · Euros: 14')).toBe(true)
    expect(isFrom(asked, 'Cabin · Euros: 14')).toBe(false)
    expect(isFrom(asked, 'Large tent · Euros: 140')).toBe(false)
  })
})
