/**
 * Writes what the trained reader is given to read, one JSON object a line, for models/e5-squad-reader/train/adapt.py:
 *
 *     npx tsx scripts/reader-rows.ts small-files OUT.jsonl              # test/evaluation/small-files.jsonl.gz
 *     npx tsx scripts/reader-rows.ts wiki-table-questions OUT.jsonl --from DIR   # a checkout of ppasupat/WikiTableQuestions
 *     npx tsx scripts/reader-rows.ts tat-qa OUT.jsonl --from DIR        # a checkout of NExTplusplus/TAT-QA
 *     npx tsx scripts/reader-rows.ts natural-questions OUT.jsonl --from FILE.jsonl   # { question, answers, ctxs: [{ title, text }] } a line, without those that are measured on
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { naturalQuestions } from './reader-rows/natural-questions.ts'
import type { ReaderRow } from './reader-rows/row.ts'
import { smallFiles } from './reader-rows/small-files.ts'
import { tatQa } from './reader-rows/tat-qa.ts'
import { wikiTableQuestions } from './reader-rows/wiki-table-questions.ts'

const SOURCES: Readonly<Record<string, (from: string) => Promise<ReaderRow[]>>> = {
  'small-files': smallFiles,
  'wiki-table-questions': wikiTableQuestions,
  'tat-qa': tatQa,
  'natural-questions': naturalQuestions,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string', default: '' } },
})
const [name = '', out] = positionals
const source = SOURCES[name]
if (source === undefined || out === undefined) {
  process.stderr.write(`reader-rows: name a source (${Object.keys(SOURCES).join(', ')}) and a file\n`)
  process.exitCode = 2
} else {
  const rows = await source(values.from)
  writeFileSync(out, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  process.stdout.write(
    `${rows.length} rows, ${rows.filter(({ answers }) => answers.length > 0).length} with an answer\n`,
  )
}
