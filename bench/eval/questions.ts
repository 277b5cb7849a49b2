import { EvaluationDataError } from './errors.ts'

/** One question with its gold answers. */
export interface EvaluationQuestion {
  readonly id: string
  readonly question: string
  /** Any of these is right. Empty only if the documents have no answer. */
  readonly answers: readonly string[]
  readonly unanswerable: boolean
  /** The document with the answer, if known: a hit in another one does not count. */
  readonly file?: string
}

/**
 * Reads questions, one JSON object per line: `{ id, question, answers, unanswerable?, file? }`. Empty lines are skipped.
 *
 * @throws EvaluationDataError (`evaluation-data`) naming the line and the wrong field.
 */
export function readQuestions(jsonl: string): EvaluationQuestion[] {
  const found: EvaluationQuestion[] = []
  jsonl.split(/\r\n|\n|\r/).forEach((line, i) => {
    if (line.trim() !== '') found.push(readQuestion(line, i + 1))
  })
  return found
}

function readQuestion(line: string, number: number): EvaluationQuestion {
  const fail = (field: string, what: string, cause?: unknown) =>
    new EvaluationDataError(`line ${number}: ${what}`, {
      path: `line ${number}${field === '' ? '' : `.${field}`}`,
      value: line.slice(0, 200),
      remedy: 'Write { "id", "question", "answers": ["…"], "unanswerable"? } on one line',
      cause,
    })
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch (cause) {
    throw fail('', 'is not JSON', cause)
  }
  if (typeof row !== 'object' || row === null) throw fail('', 'is not an object')
  const { id, question, answers = [], unanswerable = false, file } = row as Record<string, unknown>
  if (typeof question !== 'string' || question.trim() === '') throw fail('question', 'has no question')
  if (!Array.isArray(answers) || answers.some((one) => typeof one !== 'string')) {
    throw fail('answers', 'answers must be a list of strings')
  }
  if (typeof unanswerable !== 'boolean') throw fail('unanswerable', 'unanswerable must be true or false')
  if (answers.length === 0 && !unanswerable)
    throw fail('answers', 'has no answer and is not marked unanswerable')
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : String(number),
    question,
    answers: answers as string[],
    unanswerable,
    ...(typeof file === 'string' ? { file } : {}),
  }
}
