import { describe, expect, it } from 'vitest'
import { byCommand } from '../../../actors/question-answering/answering/commands.ts'
import { firstBy } from './voted.ts'

const block = (...lines: string[]) => `\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n\n`
const SITE = `## Search\n\n${block('bin/purge --old', 'bin/reindex --all')}## Backup\n\nSave all pages:\n\n${block('bin/dump pages.gz')}Backups are kept for nine days.\n`

/** What answers, where the vote has one statement first and the others so many log-odds behind. */
function first(asked: string, winner: string, apart = 1, file = SITE): Promise<string> {
  return firstBy(byCommand, 'site.md', file, asked, (own) => (own.includes(winner) ? 0 : -apart))
}

describe('asked for a command, the one with the words of the question answers [G425]', () => {
  it.each([
    ['Which command makes the index anew?', 'purge', 'bin/reindex --all'],
    ['Which command saves the pages?', 'purge', 'bin/dump pages.gz'],
    ['What is the command for a backup?', 'reindex', 'bin/dump pages.gz'],
  ])('%s', async (asked, winner, command) => {
    expect(await first(asked, winner)).toBe(command)
  })

  it('not where a setting is asked for', async () => {
    const file = `## Deploy\n\n${block('PORT=8080', './deploy --production')}`
    expect(await first('What port does the deploy script use in production?', 'PORT', 1, file)).toBe(
      'PORT=8080',
    )
  })

  it.each([
    ['no command is asked for', 'What makes the index anew?', 'purge', 1],
    ['it is far behind', 'Which command makes the index anew?', 'purge', 6],
    ['no other has more words', 'Which command cleans the cache?', 'purge', 1],
    ['the words only say that a command is asked for', 'Which command line script do I run?', 'purge', 1],
    ['a sentence has won', 'For how long is what the backup command makes kept?', 'nine days', 1],
  ])('not where %s', async (_, asked, winner, apart) => {
    expect(await first(asked, winner, apart)).toContain(winner)
  })

  it('what rolls back is called by many names', async () => {
    const runbook = `## Apply\n\n${block('python backfill_address.py')}## Undo\n\nGo back to the schema before:\n\n${block('alembic downgrade 0041')}`
    const asked = 'Which command rolls back the address migration?'
    expect(await first(asked, 'backfill', 1, runbook)).toContain('downgrade')
    expect(await first('Which command fills the address?', 'backfill', 1, runbook)).toContain('backfill')
    const restore = `## Restore\n\n${block('pg_restore dump.sql')}## Reset the database\n\n${block('bin/wipe_db')}`
    expect(await first('Which command restores a dump?', 'pg_restore', 1, restore)).toContain('pg_restore')
  })

  it('of one command in two languages the winner stays', async () => {
    const two = `## Start\n\nStart the server:\n\n${block('bin/serve')}## Starten\n\nDen Dienst starten:\n\n${block('bin/serve  # Dienst')}`
    expect(await first('Mit welchem command den Dienst starten?', '# Dienst', 1, two)).toBe(
      'bin/serve  # Dienst',
    )
    expect(await first('Which command starts the server?', '# Dienst', 1, two)).toBe('bin/serve')
  })
})
