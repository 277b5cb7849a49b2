import type { Entity } from '../tasks/token-classification.ts'
import type { Tokens } from './bert-tokens.ts'

/** One word of the text with the label of its first token. Continuation pieces are ignored, as in BERT's paper. */
interface Word {
  readonly label: string
  readonly score: number
  readonly start: number
  end: number
}

/**
 * Entities from labels of tokens. With `aggregate`, `B-X I-X …` and neighbouring words of one label become one entity, and
 * 'O' is dropped. Without it, each word keeps its raw label.
 */
export function entitiesOf(
  text: string,
  tokens: Tokens,
  scores: readonly Float32Array[],
  labels: readonly string[],
  aggregate: boolean,
): Entity[] {
  const words = wordsOf(tokens, scores, labels)
  if (!aggregate) return words.map((word) => ({ ...word, text: text.slice(word.start, word.end) }))
  const entities: Entity[] = []
  let open: { kind: string; words: Word[] } | undefined
  const close = (): void => {
    if (open === undefined) return
    const { start } = open.words[0] as Word
    const { end } = open.words.at(-1) as Word
    const score = open.words.reduce((sum, word) => sum + word.score, 0) / open.words.length
    entities.push({ label: open.kind, score, start, end, text: text.slice(start, end) })
    open = undefined
  }
  for (const word of words) {
    const { kind, begins } = partsOf(word.label)
    if (kind === undefined) close()
    else if (open !== undefined && open.kind === kind && !begins) open.words.push(word)
    else {
      close()
      open = { kind, words: [word] }
    }
  }
  close()
  return entities
}

function wordsOf(tokens: Tokens, scores: readonly Float32Array[], labels: readonly string[]): Word[] {
  const words: Word[] = []
  tokens.ids.forEach((_, token) => {
    const end = tokens.ends[token] as number
    const last = words.at(-1)
    if (tokens.inside[token] === 1 && last !== undefined) {
      last.end = end
      return
    }
    const chances = scores[token] as Float32Array
    let best = 0
    chances.forEach((chance, i) => {
      if (chance > (chances[best] as number)) best = i
    })
    words.push({
      label: labels[best] as string,
      score: chances[best] as number,
      start: tokens.starts[token] as number,
      end,
    })
  })
  return words
}

/** 'B-PER' begins a PER, 'I-PER' continues it, 'PER' does whichever fits, 'O' is nothing. */
function partsOf(label: string): { kind: string | undefined; begins: boolean } {
  if (label === 'O') return { kind: undefined, begins: false }
  const [, mark, kind] = /^([BIESLU])-(.+)$/.exec(label) ?? []
  if (kind === undefined) return { kind: label, begins: false }
  return { kind, begins: mark === 'B' || mark === 'S' || mark === 'U' }
}
