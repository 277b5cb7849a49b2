import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Tokenizer } from '@huggingface/tokenizers'

export const MINILM = new URL('../../models/all-minilm-l6-v2', import.meta.url).pathname
const DOCS = new URL('../../examples/data/factbook/', import.meta.url)
const QUESTIONS = ['factbook-dev.jsonl', 'factbook-held-out.jsonl']

/** The tokenizer, loaded as in a hand-written program. */
export function tokenizer(): Tokenizer {
  const require = createRequire(import.meta.url)
  return new Tokenizer(require(`${MINILM}/tokenizer.json`) as object, {})
}

/** Texts of exactly this many tokens, each different. */
export function textsOf(tokens: number, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => {
    const number = String(100 + ((from + i) % 900))
    return `${number} ${'word '.repeat(Math.max(0, tokens - 3))}`.trim()
  })
}

/** Real questions and statements of mixed lengths, in the order of their files. */
export function mixedTexts(count: number): string[] {
  const questions = QUESTIONS.flatMap((name) =>
    readFileSync(new URL(`../../test/evaluation/${name}`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { question: string }).question),
  )
  const statements = [
    'brazil',
    'canada',
    'china',
    'france',
    'germany',
    'india',
    'japan',
    'kenya',
    'mexico',
    'norway',
  ]
    .flatMap((name) => readFileSync(new URL(`${name}.md`, DOCS), 'utf8').split('\n'))
    .filter((line) => line.length > 20)
    .map((line) => line.slice(0, 900))
  const texts: string[] = []
  for (let i = 0; texts.length < count; i++) {
    texts.push(`${questions[i % questions.length]} ${i >= questions.length ? i : ''}`.trim())
    texts.push(statements[(i * 7) % statements.length] as string)
  }
  return texts.slice(0, count)
}
