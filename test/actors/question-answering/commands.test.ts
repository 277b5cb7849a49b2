import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { byCommand } from '../../../actors/question-answering/answering/commands.ts'
import type { Ballot } from '../../../actors/question-answering/answering/vote.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

const block = (...lines: string[]) => `\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n\n`
const SITE = `## Search\n\n${block('bin/purge --old', 'bin/reindex --all')}## Backup\n\nSave all pages:\n\n${block('bin/dump pages.gz')}Backups are kept for nine days.\n`

/** What answers, where the vote has one statement first and the others so many log-odds behind. */
function first(asked: string, winner: string, apart = 1, file = SITE): string {
  const all = passages(readMarkdown('site.md', file))
  const found = all.map((passage) => ({ passage }))
  const textOf = (at: number, statement: number) => {
    const { start = 0, end = 0 } = all[at]?.statements[statement] ?? {}
    return all[at]?.text.slice(start, end) ?? ''
  }
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const ballots = all
    .flatMap(({ statements }, at) =>
      statements.map((_, statement): Ballot => {
        const score = textOf(at, statement).includes(winner) ? 0 : -apart
        return { found: at, statement, score, share: 0, marks }
      }),
    )
    .sort((a, b) => b.score - a.score)
  const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
  const [best] = byCommand(question, found, { ballots, disputed: false }).ballots
  return best === undefined ? '' : textOf(best.found, best.statement)
}

describe('asked for a command, the one with the words of the question answers [G425]', () => {
  it.each([
    ['Which command makes the index anew?', 'purge', 'bin/reindex --all'],
    ['Which command saves the pages?', 'purge', 'bin/dump pages.gz'],
    ['What is the command for a backup?', 'reindex', 'bin/dump pages.gz'],
  ])('%s', (asked, winner, command) => {
    expect(first(asked, winner)).toBe(command)
  })

  it('not where a setting is asked for', () => {
    const file = `## Deploy\n\n${block('PORT=8080', './deploy --production')}`
    expect(first('What port does the deploy script use in production?', 'PORT', 1, file)).toBe('PORT=8080')
  })

  it.each([
    ['no command is asked for', 'What makes the index anew?', 'purge', 1],
    ['it is far behind', 'Which command makes the index anew?', 'purge', 6],
    ['no other has more words', 'Which command cleans the cache?', 'purge', 1],
    ['the words only say that a command is asked for', 'Which command line script do I run?', 'purge', 1],
    ['a sentence has won', 'For how long is what the backup command makes kept?', 'nine days', 1],
  ])('not where %s', (_, asked, winner, apart) => {
    expect(first(asked, winner, apart)).toContain(winner)
  })

  it('of one command in two languages the winner stays', () => {
    const two = `## Start\n\nStart the server:\n\n${block('bin/serve')}## Starten\n\nDen Dienst starten:\n\n${block('bin/serve  # Dienst')}`
    expect(first('Mit welchem command den Dienst starten?', '# Dienst', 1, two)).toBe('bin/serve  # Dienst')
    expect(first('Which command starts the server?', '# Dienst', 1, two)).toBe('bin/serve')
  })
})
