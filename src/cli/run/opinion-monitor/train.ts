import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { MOODS } from '../../../../actors/opinion-monitor/reading/mood.ts'
import { crossValidated } from '../../../../actors/opinion-monitor/training/figures.ts'
import { readLabelled } from '../../../../actors/opinion-monitor/training/read-labelled.ts'
import { examplesOf, train } from '../../../../actors/opinion-monitor/training/train.ts'
import { embedded } from '../../../../actors/opinion-monitor/training/vectors.ts'
import { weightsText } from '../../../../actors/opinion-monitor/training/weights-text.ts'
import { SeededRandomness } from '../../../kernel/random.ts'
import { type ExitCode, UsageError } from '../../exit.ts'
import { wholeFlag } from '../../number-flags.ts'
import type { CommandRun } from '../../until-stopped.ts'
import type { OpinionMonitorFlags } from './command.ts'

/** Fewer headlines than this leave a fold without examples of some mood. */
const HEADLINES_LEAST = 30
const NAMED_MOST = 20

/** `--train`: fits every scorer and the vote to labelled headlines. With `--folds` it prints figures on headlines left out instead. */
export async function trainMonitor(
  flags: OpinionMonitorFlags & { readonly train: string },
  { signal, output }: CommandRun,
): Promise<ExitCode> {
  const notice = (text: string) => process.stderr.write(`ganglion: ${text}\n`)
  const seed = wholeFlag(flags.seed ?? '1', '--seed', 0)
  if (flags.save === undefined && flags.folds !== true)
    throw new UsageError(
      '--train needs --save or --folds',
      '--save',
      undefined,
      'Name a file for the weights',
    )
  const { headlines, bad } = readLabelled(flags.train)
  for (const { line, reason } of bad.slice(0, NAMED_MOST)) notice(`line ${line} is left out: ${reason}`)
  if (bad.length > NAMED_MOST) notice(`${bad.length - NAMED_MOST} more lines are left out`)
  if (headlines.length < HEADLINES_LEAST)
    throw new UsageError(
      `${flags.train} holds ${headlines.length} labelled headlines`,
      '--train',
      flags.train,
      `Label at least ${HEADLINES_LEAST}; some hundred are better`,
    )
  const plain = examplesOf(headlines)
  const onProgress = (done: number, of: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\rembedding ${done}/${of}\u001b[K`)
  }
  const examples = flags.encoder === false ? plain : await embedded(plain, { signal, onProgress })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const random = new SeededRandomness(seed).stream('opinion-monitor')
  if (flags.folds === true) {
    for (const [name, { macroF1, byMood }] of Object.entries(crossValidated(examples, random))) {
      const moods = MOODS.map((mood) => `${mood} ${byMood[mood].toFixed(3)}`).join('  ')
      await output.write(`${name.padEnd(10)} macro-F1 ${macroF1.toFixed(4)}   ${moods}\n`)
    }
  }
  if (flags.save === undefined) return 0
  const weights = train(examples, random)
  const card = {
    what: 'scorers of the opinion monitor: the mood of a headline for each entity that it names',
    trainedOn: `${basename(flags.train)}: ${headlines.length} headlines, ${examples.length} entities`,
    command: `ganglion run opinion-monitor --train ${basename(flags.train)}${flags.encoder === false ? ' --no-encoder' : ''}`,
    seed,
  }
  await writeFile(flags.save, weightsText(weights, card))
  const votes = Object.entries(weights.vote).map(([name, weight]) => `${name} ${weight.toFixed(2)}`)
  await output.write(
    `${flags.save}: trained on ${headlines.length} headlines; the vote: ${votes.join(', ')}\n`,
  )
  return 0
}
