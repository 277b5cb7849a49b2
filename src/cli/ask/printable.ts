import type { AskResult } from '../../../actors/question-answering/ask-result.ts'

/** Text of a document without control characters: they would move a terminal's cursor, set its title or clear its screen. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '')
}

/** The same as one line, such as the name of a file, which may have line breaks. */
export function printableLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}

/** A result whose texts may be shown on a terminal. */
export function printableResult(result: AskResult): AskResult {
  const { answer, span, sources, explain } = result
  return {
    ...result,
    answer: answer === null ? null : printable(answer),
    span: span === null ? null : printable(span),
    sources: sources.map((source) => ({
      ...source,
      file: printableLine(source.file),
      headings: source.headings.map(printableLine),
      passage: printable(source.passage),
    })),
    ...(explain === undefined
      ? {}
      : {
          explain: {
            ...explain,
            votes: explain.votes.map((vote) => ({
              ...vote,
              file: printableLine(vote.file),
              statement: printableLine(vote.statement),
            })),
          },
        }),
  }
}
