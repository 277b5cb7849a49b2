import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { type DocumentQuestion, documentRows, tableOf } from './document-rows.ts'
import type { ReaderRow } from './row.ts'

const ROWS_MOST = 60

/** Those of WikiTableQuestions (Pasupat, Liang 2015) that look a cell up: the question names another cell of its row, which no other row has. */
export async function wikiTableQuestions(from: string): Promise<ReaderRow[]> {
  const byTable = new Map<string, { question: string; answer: string }[]>()
  for (const line of readFileSync(join(from, 'data/training.tsv'), 'utf8').split('\n').slice(1)) {
    const [, question = '', table = '', answer = ''] = line.split('\t').map((cell) => cell.trim())
    if (answer === '' || answer.includes('|')) continue
    byTable.set(table, [...(byTable.get(table) ?? []), { question, answer }])
  }
  const rows: ReaderRow[] = []
  for (const [file, questions] of byTable) {
    const path = join(from, file)
    if (!existsSync(path)) continue
    const table = parse(readFileSync(path), { escape: '\\', relaxColumnCount: true }) as string[][]
    if (table.length > ROWS_MOST) continue
    const asked = questions.flatMap(({ question, answer }) => lookUp(table.slice(1), question, answer))
    const title = titleOf(path)
    const markdown = `${title === '' ? '' : `# ${title}\n\n`}${tableOf(table)}\n`
    rows.push(...(await documentRows('tables', file.replace(/\W/gu, ''), markdown, asked)))
  }
  return rows
}

function lookUp(rows: readonly (readonly string[])[], question: string, answer: string): DocumentQuestion[] {
  const asked = new Set(plain(question).split(' '))
  const at = rows.flatMap((row, i) =>
    row.flatMap((cell, j) => (plain(cell) === plain(answer) ? [{ i, j }] : [])),
  )
  const [only] = at
  if (only === undefined || at.length > 1) return []
  const row = rows[only.i] as readonly string[]
  const name = row.find((cell, k) => {
    const own = plain(cell)
    const alone = rows.filter((other) => plain(other[k] ?? '') === own).length === 1
    return k !== only.j && own.length > 1 && alone && own.split(' ').every((word) => asked.has(word))
  })
  if (name === undefined) return []
  const cell = (row[only.j] as string).replace(/\s+/gu, ' ').trim()
  const holds = (text: string) => text.includes(cell) && text.includes(name)
  return [{ question: question.charAt(0).toUpperCase() + question.slice(1), answer: cell, holds }]
}

function titleOf(path: string): string {
  const page = path.replace('/csv/', '/page/').replace('-csv/', '-page/').replace(/csv$/u, 'json')
  return existsSync(page) ? (JSON.parse(readFileSync(page, 'utf8')) as { title: string }).title : ''
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
