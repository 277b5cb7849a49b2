import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import { numberAmong } from './card-fields.ts'
import { PairEncoder, type PairWindow } from './pairs.ts'
import { recordOfRow } from './row-error.ts'
import type { TaskRunner } from './runner.ts'
import { sigmoid } from './scores.ts'
import { SpanTable } from './spans.ts'
import { TextModel, type TextOutputs } from './text-model.ts'

const ANSWER_TOKENS = 30
const N_BEST = 5

/** What is known about a context after some of its windows. */
interface Reading {
  readonly table: SpanTable
  best: number
  /** Logit of no answer: the least over the windows, because one window with an answer is enough. */
  none: number
}

/**
 * An extractive reader shaped like BertForQuestionAnswering: start_logits and end_logits [rows, tokens], and
 * optionally no_answer_logits [rows].
 */
export class ReaderModel implements TaskRunner {
  readonly sample = { question: 'who?', context: 'nobody' }
  readonly #model: TextModel
  readonly #pairs: PairEncoder

  private constructor(model: TextModel) {
    this.#model = model
    this.#pairs = new PairEncoder(model)
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<ReaderModel> {
    return new ReaderModel(await TextModel.load(model, 'question answering', ['start_logits', 'end_logits']))
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const pairs = rows.map((row, i) => recordOfRow(row, i, '{ question, context }'))
    const { texts, tokens, windows } = this.#pairs.encode(pairs, ['question', 'context'], options)
    const answerMax = numberAmong(options, 'maxAnswerTokens', ANSWER_TOKENS)
    const nBest = numberAmong(options, 'nBest', N_BEST)
    const threshold = numberAmong(options, 'noAnswerThreshold', 0.5)
    const readings = tokens.map(
      ({ ids }): Reading => ({
        table: new SpanTable(ids.length, answerMax),
        best: Number.NEGATIVE_INFINITY,
        none: Number.POSITIVE_INFINITY,
      }),
    )
    const filled = await this.#pairs.run(windows, (window, outputs, number, count) => {
      const { best, none } = readWindow(
        this.#model,
        window,
        outputs,
        number,
        count,
        readings[window.row]?.table,
      )
      const reading = readings[window.row] as Reading
      reading.best = Math.max(reading.best, best)
      reading.none = Math.min(reading.none, none)
    })
    const learned = this.#model.session.outputNames.includes('no_answer_logits')
    const values = readings.map(({ table, best, none }, row) => {
      if (best === Number.NEGATIVE_INFINITY) return { answer: null, spans: [], noAnswer: 1 }
      const noAnswer = sigmoid(learned ? none : none - best)
      const all = table.logSum(best)
      const { starts, ends } = tokens[row] as (typeof tokens)[number]
      const spans = table.best(nBest).map(({ first, last, logit }) => {
        const start = starts[first] as number
        const end = ends[last] as number
        const text = (texts[row] as string).slice(start, end)
        return { text, start, end, score: (1 - noAnswer) * Math.exp(logit - all) }
      })
      return { answer: noAnswer >= threshold ? null : (spans[0]?.text ?? null), spans, noAnswer }
    })
    return { values, ...filled }
  }

  dispose(): Promise<void> {
    return this.#model.dispose()
  }
}

/**
 * The best span's logit (start + end) and the no-answer logit of one window. Without a learned one it is BERT's for
 * SQuAD 2.0 (Devlin et al. 2019): start + end at [CLS].
 */
export function readWindow(
  model: TextModel,
  window: PairWindow,
  outputs: TextOutputs,
  number: number,
  count: number,
  table: SpanTable = new SpanTable(window.to, ANSWER_TOKENS),
): { best: number; none: number } {
  const shape = [count, outputs.length]
  const { data: starts } = model.floats(outputs, 'start_logits', shape)
  const { data: ends } = model.floats(outputs, 'end_logits', shape)
  const at = number * outputs.length
  const best = table.add(window.from, window.to, starts, ends, at + window.head)
  if (model.session.outputNames.includes('no_answer_logits')) {
    const { data } = model.floats(outputs, 'no_answer_logits', [count])
    return { best, none: data[number] as number }
  }
  return { best, none: (starts[at] as number) + (ends[at] as number) }
}
