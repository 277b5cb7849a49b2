import { readMarkdown } from '../../actors/knowledge/documents/formats/markdown.ts'
import { withForms } from '../../actors/knowledge/documents/forms.ts'
import { LexicalIndex } from '../../actors/knowledge/retrieval/lexical-index.ts'
import { type Passage, passages } from '../../actors/knowledge/text/passages.ts'
import { analyse } from '../../actors/question-answering/reading/question.ts'
import { readingText, titlesTell } from '../../actors/question-answering/reading/reading-text.ts'
import { Pauses } from '../../src/kernel/pauses.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { ReaderRow } from './row.ts'

/** A question about one document, and what tells the statement that answers from others. */
export interface DocumentQuestion {
  readonly question: string
  readonly answer: string
  readonly holds: (statement: string) => boolean
}

/** Of each question the passages that answer, and of the others the one that shares most words with it. */
export async function documentRows(
  source: string,
  group: string,
  markdown: string,
  asked: readonly DocumentQuestion[],
): Promise<ReaderRow[]> {
  const all = await withForms(passages(readMarkdown(`${group}.md`, markdown)), new Pauses(platformKernel()))
  const index = new LexicalIndex(all)
  const titled = titlesTell(all.map((passage) => ({ passage })))
  return asked.flatMap(({ question, answer, holds }) => {
    const analysed = analyse(question, index)
    const scores = index.scores(analysed.terms.map(({ term }) => term))
    const order = all
      .map((passage, i) => ({ passage, score: scores[i] as number }))
      .sort((a, b) => b.score - a.score)
    const rows = order.map(({ passage }) => {
      const { context, before } = readingText(analysed, passage, titled)
      const own = holding(passage, holds)
      const answers = own.flatMap(({ start, end }) => {
        const text = passage.text.slice(start, end)
        const at = text.toLowerCase().lastIndexOf(answer.toLowerCase())
        const found = text.slice(at, at + answer.length)
        const place = before + start + at
        return at < 0 || !context.startsWith(found, place) ? [] : [[place, found] as const]
      })
      return {
        lost: own.length > 0 && answers.length === 0,
        row: { source, group, question, context, answers },
      }
    })
    const answering = rows.filter(({ row }) => row.answers.length > 0)
    if (answering.length === 0) return []
    const other = rows.find(({ lost, row }) => !lost && row.answers.length === 0)
    return [...answering, ...(other === undefined ? [] : [other])].map(({ row }) => row)
  })
}

function holding({ text, statements }: Passage, holds: DocumentQuestion['holds']) {
  return statements.filter(({ kind, start, end }) => kind !== 'list' && holds(text.slice(start, end)))
}

/** A table in Markdown. */
export function tableOf([heads = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${heads.map((_, i) => cellOf(cells[i] ?? '')).join(' | ')} |`
  return [line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

function cellOf(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/[\\*_`<>[\]|]/gu, '\\$&')
    .trim()
}
