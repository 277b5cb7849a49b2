import { readFileSync } from 'node:fs'
import type { ReaderRow } from './row.ts'

interface Asked {
  readonly question: string
  readonly answers: readonly string[]
  readonly ctxs: readonly [{ readonly title: string; readonly text: string }]
}

/** Questions as typed into a search field (Kwiatkowski et al. 2019), each with its paragraph below the article's title. */
export async function naturalQuestions(from: string): Promise<ReaderRow[]> {
  return readFileSync(from, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { question, answers, ctxs } = JSON.parse(line) as Asked
      const [{ title, text }] = ctxs
      const context = `${title}\n${text}`
      const places = answers.flatMap((answer) => {
        const at = text.indexOf(answer)
        return at < 0 ? [] : [[title.length + 1 + at, answer] as const]
      })
      return places.length === 0 ? [] : [{ source: 'nq', group: title, question, context, answers: places }]
    })
}
