import type { TaskOptions } from '../wire.ts'
import type { BertTokens, Tokens } from './bert-tokens.ts'
import { numberAmong } from './card-fields.ts'
import { boundedText, checkWindows } from './long-text.ts'
import { badRow, textOf } from './row-error.ts'
import type { EncodedRow, TextModel, TextOutputs } from './text-model.ts'
import { windowsOf } from './windows.ts'

/** One window of a pair: the whole first text, and tokens `from` to `to` of the second, which begin at `head`. */
export interface PairWindow extends EncodedRow {
  readonly row: number
  readonly types: number[]
  readonly from: number
  readonly to: number
  readonly head: number
}

/** A batch of tokenised pairs: the second text's tokens of each row, and all windows of all rows. */
export interface EncodedPairs {
  readonly texts: readonly string[]
  readonly tokens: readonly Tokens[]
  readonly windows: readonly PairWindow[]
}

/** Most windows in a run: the memory for attention grows with the square of a row's length. */
const WINDOWS_PER_RUN = 32
const QUESTION_TOKENS = 48
const STRIDE = 128

/** `[CLS] first [SEP] second [SEP]`, BERT's form of a pair; long second texts are read in overlapping windows. */
export class PairEncoder {
  readonly #model: TextModel
  readonly #places: BertTokens
  readonly #cls: number
  readonly #sep: number

  /** @throws InferenceError (`model-unsupported`) when the tokenizer is not BERT's. */
  constructor(model: TextModel) {
    this.#model = model
    this.#places = model.places()
    this.#cls = this.#places.special('[CLS]', model.tokenizerFile)
    this.#sep = this.#places.special('[SEP]', model.tokenizerFile)
  }

  /** @throws InferenceError (`bad-input`) for a first text without a token, or a second one that is too long. */
  encode(
    pairs: readonly Readonly<Record<string, unknown>>[],
    names: readonly [first: string, second: string],
    options: TaskOptions,
  ): EncodedPairs {
    const maxTokens = numberAmong(options, 'maxTokens', this.#model.card.maxTokens)
    const firstMax = Math.min(numberAmong(options, 'maxQuestionTokens', QUESTION_TOKENS), maxTokens >> 1)
    const stride = numberAmong(options, 'stride', STRIDE)
    const texts: string[] = []
    const tokens: Tokens[] = []
    const windows: PairWindow[] = []
    pairs.forEach((pair, row) => {
      const first = this.#first(pair[names[0]], row, `.${names[0]}`, firstMax)
      const room = maxTokens - first.length - 3
      const within = `.${names[1]}`
      const text = boundedText(pair[names[1]], row, within, room)
      const found = this.#places.encode(text)
      texts.push(text)
      tokens.push(found)
      if (found.ids.length === 0) return
      const parts = windowsOf(found.ids.length, room, stride)
      checkWindows(parts.length, row, within)
      for (const [from, to] of parts) windows.push(this.#window(row, first, found.ids, from, to))
    })
    return { texts, tokens, windows }
  }

  /** Runs all windows, and passes the outputs of each to `visit` with the window's number in its run. */
  async run(
    windows: readonly PairWindow[],
    visit: (window: PairWindow, outputs: TextOutputs, number: number, count: number) => void,
  ): Promise<{ used: number; computed: number }> {
    // Similar lengths share a run, to keep padding small.
    const sorted = [...windows].sort((a, b) => a.ids.length - b.ids.length)
    let used = 0
    let computed = 0
    for (let at = 0; at < sorted.length; at += WINDOWS_PER_RUN) {
      const group = sorted.slice(at, at + WINDOWS_PER_RUN)
      const outputs = await this.#model.run(group)
      used += outputs.used
      computed += outputs.computed
      group.forEach((window, i) => {
        visit(window, outputs, i, group.length)
      })
    }
    return { used, computed }
  }

  #first(value: unknown, row: number, within: string, most: number): readonly number[] {
    // The rest of a longer text is cut off before tokenising.
    const ids = this.#places.encode(textOf(value, row, within).slice(0, most * 64)).ids.slice(0, most)
    if (ids.length > 0) return ids
    throw badRow(row, within, 'the text has no words', value, 'Pass a text with at least one word')
  }

  #window(
    row: number,
    first: readonly number[],
    ids: readonly number[],
    from: number,
    to: number,
  ): PairWindow {
    const head = first.length + 2
    return {
      row,
      from,
      to,
      head,
      ids: [this.#cls, ...first, this.#sep, ...ids.slice(from, to), this.#sep],
      types: [...new Array<number>(head).fill(0), ...new Array<number>(to - from + 1).fill(1)],
    }
  }
}
