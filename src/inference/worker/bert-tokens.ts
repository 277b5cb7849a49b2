import type { Tokenizer } from '@huggingface/tokenizers'
import { InferenceError } from '../errors.ts'

/** Tokens of a text and their places in it: `starts[i]` to `ends[i]`, in UTF-16 units as for `slice`. */
export interface Tokens {
  readonly ids: number[]
  readonly starts: number[]
  readonly ends: number[]
  /** 1 if a token continues the word of the previous one. */
  readonly inside: number[]
}

/** Code points are normalised once. The bound keeps a stream of rare ones from filling the memory. */
const KNOWN_MAX = 20_000
// The pattern of BertPreTokenizer: punctuation marks stand alone.
const MARKS = String.raw`\p{P}\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007E`
const MARK_OF_ACCENT = /^\p{Mn}$/u

/**
 * BERT's tokenizer (clean, lower-case, strip accents, split ideographs, WordPiece) with the place of each token in the
 * original text, which `@huggingface/tokenizers` 0.2 lacks. It normalises code point by code point, so places are known by
 * construction: each unit of the normalised text remembers its code point.
 */
export class BertTokens {
  readonly #tokenizer: Tokenizer
  readonly #normalized = new Map<string, string>()
  readonly #words: RegExp
  readonly #special: RegExp | undefined
  readonly #unknown: string
  readonly #prefix: string

  private constructor(tokenizer: Tokenizer, json: WordPieceJson) {
    this.#tokenizer = tokenizer
    this.#words = new RegExp(`[^\\s${MARKS}]+|[${MARKS}]`, 'gu')
    this.#unknown = json.model.unk_token ?? '[UNK]'
    this.#prefix = json.model.continuing_subword_prefix ?? '##'
    const special = [...tokenizer.get_added_tokens_decoder().values()].map(({ content }) => content)
    if (special.length > 0) this.#special = new RegExp(`(${special.map(escaped).join('|')})`, 'u')
  }

  /** @throws InferenceError (`model-unsupported`) for another tokenizer than BERT's. */
  static of(tokenizer: Tokenizer, json: unknown, file: string): BertTokens {
    const parts = json as Partial<WordPieceJson>
    const kinds = [parts.normalizer?.type, parts.pre_tokenizer?.type, parts.model?.type]
    if (kinds.join() === 'BertNormalizer,BertPreTokenizer,WordPiece') {
      return new BertTokens(tokenizer, parts as WordPieceJson)
    }
    throw new InferenceError(
      'model-unsupported',
      `${file} is a tokenizer of ${kinds.join(', ')}: the places of its tokens in the text are unknown`,
      {
        path: file,
        value: kinds,
        remedy: 'Use a model with the tokenizer of BERT (BertNormalizer, BertPreTokenizer, WordPiece)',
      },
    )
  }

  /** Tokens without [CLS] and [SEP]. Special tokens spelled out in a text are recognised, as in the reference. */
  encode(text: string): Tokens {
    const tokens: Tokens = { ids: [], starts: [], ends: [], inside: [] }
    let at = 0
    const parts = this.#special === undefined ? [text] : text.split(this.#special)
    parts.forEach((part, i) => {
      if (i % 2 === 1) add(tokens, this.#id(part), at, at + part.length, 0)
      else if (part.length > 0) this.#encodePlain(part, at, tokens)
      at += part.length
    })
    return tokens
  }

  /** @throws InferenceError (`model-unsupported`) when the vocabulary lacks it. */
  special(token: string, file: string): number {
    const id = this.#tokenizer.token_to_id(token)
    if (id !== undefined) return id
    throw new InferenceError('model-unsupported', `${file} has no ${token}`, {
      path: file,
      value: token,
      remedy: 'Use a model with the tokenizer of BERT',
    })
  }

  #encodePlain(text: string, shift: number, into: Tokens): void {
    const { normal, from, until } = this.#normalize(text)
    for (const match of normal.matchAll(this.#words)) {
      const word = match[0]
      let at = match.index
      const end = at + word.length
      const pieces = this.#pieces(word)
      pieces.forEach((piece, i) => {
        const whole = piece === this.#unknown && pieces.length === 1
        const length = whole ? end - at : i === 0 ? piece.length : piece.length - this.#prefix.length
        const last = at + length - 1
        add(
          into,
          this.#id(piece),
          shift + (from[at] as number),
          shift + (until[last] as number),
          i === 0 ? 0 : 1,
        )
        at += length
      })
    }
  }

  #pieces(word: string): string[] {
    return (this.#tokenizer.model?.encode([word]) ?? []) as string[]
  }

  /** The normalised text, and for each of its units the start and end of the code point behind it. */
  #normalize(text: string): { normal: string; from: number[]; until: number[] } {
    const from: number[] = []
    const until: number[] = []
    const parts: string[] = []
    let at = 0
    for (const point of text) {
      const normal = this.#normalPoint(point)
      const end = at + point.length
      for (let unit = 0; unit < normal.length; unit++) {
        from.push(at)
        until.push(end)
      }
      // A dropped accent still belongs to its letter: the slice of a token keeps it.
      if (normal === '' && MARK_OF_ACCENT.test(point)) {
        for (let unit = until.length - 1; unit >= 0 && until[unit] === at; unit--) until[unit] = end
      }
      parts.push(normal)
      at = end
    }
    return { normal: parts.join(''), from, until }
  }

  #normalPoint(point: string): string {
    const known = this.#normalized.get(point)
    if (known !== undefined) return known
    let normal = (this.#tokenizer.normalizer?.normalize(point) ?? point) as string
    // The library splits only ideographs up to U+FFFF.
    if (point.length === 2 && isRareIdeograph(point.codePointAt(0) as number)) normal = ` ${normal} `
    if (this.#normalized.size < KNOWN_MAX) this.#normalized.set(point, normal)
    return normal
  }

  #id(piece: string): number {
    return this.#tokenizer.token_to_id(piece) ?? (this.#tokenizer.token_to_id(this.#unknown) as number)
  }
}

interface WordPieceJson {
  readonly normalizer: { readonly type: string }
  readonly pre_tokenizer: { readonly type: string }
  readonly model: {
    readonly type: string
    readonly unk_token?: string
    readonly continuing_subword_prefix?: string
  }
}

function add(tokens: Tokens, id: number, start: number, end: number, inside: number): void {
  tokens.ids.push(id)
  tokens.starts.push(start)
  tokens.ends.push(end)
  tokens.inside.push(inside)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

function isRareIdeograph(point: number): boolean {
  return (point >= 0x20000 && point <= 0x2ceaf) || (point >= 0x2f800 && point <= 0x2fa1f)
}
