import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentRows, tableOf } from './document-rows.ts'
import type { ReaderRow } from './row.ts'

interface Report {
  readonly table: { readonly uid: string; readonly table: readonly (readonly string[])[] }
  readonly paragraphs: readonly { readonly order: number; readonly text: string }[]
  readonly questions: readonly {
    readonly question: string
    readonly answer: unknown
    readonly answer_type: string
    readonly answer_from: string
  }[]
}

/** The questions of TAT-QA (Zhu et al. 2021) on paragraphs of financial reports that one stretch answers, beside the report's table. */
export async function tatQa(from: string): Promise<ReaderRow[]> {
  const rows: ReaderRow[] = []
  for (const part of ['dev', 'test_gold']) {
    const file = join(from, `dataset_raw/tatqa_dataset_${part}.json`)
    for (const { table, paragraphs, questions } of JSON.parse(readFileSync(file, 'utf8')) as Report[]) {
      const text = paragraphs
        .toSorted((a, b) => a.order - b.order)
        .map((one) => one.text)
        .join('\n\n')
      const asked = questions.flatMap(({ question, answer, answer_type, answer_from }) => {
        const [only, ...more] = Array.isArray(answer) ? (answer as string[]) : []
        if (answer_type !== 'span' || answer_from !== 'text' || only === undefined || more.length > 0)
          return []
        if (text.split(only).length !== 2) return []
        return [{ question, answer: only, holds: (statement: string) => statement.includes(only) }]
      })
      rows.push(...(await documentRows('reports', table.uid, `${text}\n\n${tableOf(table.table)}\n`, asked)))
    }
  }
  return rows
}
