import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { EvaluationQuestion } from './questions.ts'

/** A question about a folder of small files. */
export interface FileQuestion extends EvaluationQuestion {
  /** The sentence, row or item that holds the answer, as it is written; empty where nothing answers. */
  readonly context: string
}

/** A folder of small files, by their names, and the questions about it. */
export interface SmallFolder {
  readonly folder: string
  readonly files: Readonly<Record<string, string>>
  readonly questions: readonly FileQuestion[]
}

export const SMALL_FILES = new URL('../../test/evaluation/small-files.jsonl.gz', import.meta.url)

/** Reads a gzipped JSON Lines file, one folder a line: `{ folder, files, questions: [{ id, question, answer?, context? }] }`. */
export function readSmallFolders(gzipped: Uint8Array): SmallFolder[] {
  return gunzipSync(gzipped)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { folder, files, questions } = JSON.parse(line) as Written
      return {
        folder,
        files,
        questions: questions.map(({ id, question, answer, context = '' }) => ({
          id,
          question,
          context,
          unanswerable: answer === undefined,
          answers: answer === undefined ? [] : [answer],
        })),
      }
    })
}

interface Written extends Pick<SmallFolder, 'folder' | 'files'> {
  readonly questions: readonly {
    readonly id: string
    readonly question: string
    readonly answer?: string
    readonly context?: string
  }[]
}

/** The folder of a question: its name is the question's without the number. */
export function folderOf({ id }: Pick<EvaluationQuestion, 'id'>): string {
  return id.slice(0, id.lastIndexOf('-'))
}

/** A quarter of the folders, on which no weight of the trained reader was fitted: by the first byte of the MD5 of their names. */
export function isHeldOut({ folder }: Pick<SmallFolder, 'folder'>): boolean {
  return (createHash('md5').update(folder).digest()[0] as number) < 64
}

/** Runs `work` with the files of a folder on disk, and removes them. */
export async function withFiles<T>({ files }: SmallFolder, work: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'ganglion-small-files-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await writeFile(join(path, name), text)
    }
    return await work(path)
  } finally {
    await rm(path, { recursive: true })
  }
}

/** The least share of the words of the context that a right answer has, or of its own words that the context has. */
const SHARED_LEAST = 0.5

/** Whether an answer has the gold text, and is the sentence, row or item that holds it, not another with the same number. */
export function isFrom({ answers, context }: FileQuestion, answer: string): boolean {
  const own = wordsOf(answer)
  const gold = wordsOf(answers[0] ?? '')
  if (!` ${own.join(' ')} `.includes(` ${gold.join(' ')} `)) return false
  const wanted = new Set(wordsOf(context.replace(/<[^<>]*>/gu, ' ')))
  const shared = [...new Set(own)].filter((word) => wanted.has(word)).length
  return shared / Math.min(wanted.size, new Set(own).size) >= SHARED_LEAST
}

/** Words and numbers in small letters. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
