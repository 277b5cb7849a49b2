import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolder } from '../../dist/actors/question-answering/open-folder.js'
import type { BenchResult } from '../result.ts'
import { isFrom, isHeldOut, readSmallFolders, SMALL_FILES, withFiles } from './small-files.ts'

/** Asks the team about each held-out folder of small files alone, with its trained reader. An answer "not sure" counts as given. */
export async function judgeSmallFiles(): Promise<BenchResult[]> {
  const sums = {
    answerable: 0,
    right: 0,
    silent: 0,
    sure: 0,
    sureRight: 0,
    unanswerable: 0,
    unanswerableSure: 0,
  }
  for (const folder of readSmallFolders(await readFile(SMALL_FILES)).filter(isHeldOut))
    await withFiles(folder, async (docs) => {
      const team = await openFolder({ docs, indexDir: join(docs, '.index'), workers: 1 })
      for await (const { input, value } of team.askAll(folder.questions, ({ question }) => question, {
        onError: 'throw',
      })) {
        if (value === undefined) continue
        const right = value.answer !== null && !input.unanswerable && isFrom(input, value.answer)
        sums[input.unanswerable ? 'unanswerable' : 'answerable'] += 1
        if (value.sure && input.unanswerable) sums.unanswerableSure += 1
        if (value.abstained && !input.unanswerable) sums.silent += 1
        if (value.sure) sums.sure += 1
        if (right) sums.right += 1
        if (right && value.sure) sums.sureRight += 1
      }
      await team.stop()
    })
  const share = (name: string, part: number, whole: number): BenchResult => ({
    name: `small files: ${name}`,
    value: Math.round((part / Math.max(1, whole)) * 10_000) / 10_000,
    unit: 'share',
  })
  return [
    { name: 'small files: n', value: sums.answerable + sums.unanswerable, unit: 'questions' },
    share('right', sums.right, sums.answerable),
    share('silent', sums.silent, sums.answerable),
    share('sure', sums.sure, sums.answerable + sums.unanswerable),
    share('right, where sure', sums.sureRight, sums.sure),
    share('sure, where unanswerable', sums.unanswerableSure, sums.unanswerable),
  ]
}
