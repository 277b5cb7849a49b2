import { describe, expect, it } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { otherEntries } from '../../../actors/question-answering/reading/entries.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import { readingText } from '../../../actors/question-answering/reading/reading-text.ts'

/** What a trained reader is given of a list, as one line. */
async function read(text: string, asked: string): Promise<string> {
  const parsed = await parse({ file: 'fair.md', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
  const [others] = otherEntries(question, parsed.passages)
  return readingText(question, parsed.passages[0], false, others).context.replace(/\s+/gu, ' ').trim()
}

const FAIR = '# Fair\n\n- [x] Borrow the tent (Ines)\n- [ ] Buy prizes (Omar)\n- [x] Ask the baker\n'

describe('asked for open tasks, those that are done do not answer [G432]', () => {
  it.each([
    'What still has to be done for the fair?',
    'Which tasks are open?',
    'What is left to do?',
    'Which job has not been done yet?',
    'Who has the remaining tasks?',
  ])('%s', async (asked) => {
    const text = await read(FAIR, asked)
    expect(text).toContain('Buy prizes')
    expect(text).not.toMatch(/tent|baker/u)
  })

  it.each([
    'Who borrows the tent?',
    'Has the tent been borrowed yet?',
    'Which tasks are already done, and which are still open?',
    'Who is asked when the stalls open?',
    'Who left the fair to borrow the tent?',
    'What did we do to open the fair?',
  ])('the tasks that are done are read: %s', async (asked) => {
    expect(await read(FAIR, asked)).toContain('tent')
  })

  it('all are read where none is open', async () => {
    expect(await read(FAIR.replace('[ ]', '[x]'), 'What is still to do?')).toMatch(/tent.*baker/u)
  })

  it('also where they stand under other headings, but not those of another file', async () => {
    const parts =
      '## Gallery\n\n- [x] Hang the banners\n\n## Labels\n\n- [ ] Read the captions\n- [x] Cut mounts\n'
    const question = analyse('What is left to do?', { weight: () => 1, frequency: () => 1 })
    const all = await Promise.all(
      [parts, parts.replace('[ ]', '[x]')].map((text, i) =>
        parse({ file: `${i}.md`, bytes: new TextEncoder().encode(text) }),
      ),
    )
    const passages = all.flatMap((one) => ('reason' in one ? [] : one.passages))
    const others = otherEntries(question, passages).map((own, i) =>
      own.map(({ start, end }) => passages[i]?.text.slice(start, end)),
    )
    expect(others.flat()).toEqual(['Hang the banners (done)', 'Cut mounts (done)'])
  })
})
