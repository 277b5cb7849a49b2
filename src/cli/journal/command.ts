import { type Command, InvalidArgumentError } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { LetterFlags } from './letters.ts'

/** `ganglion journal`: looks at a journal's folder and takes care of it. Its code loads only when a command runs. */
export function addJournal(program: Command, end: (code: ExitCode) => void): void {
  const journal = program
    .command('journal')
    .description('inspect, verify, compact, back up and restore a journal, and its dead letters')
    .exitOverride()
  const add = (name: string, arg: string, text: string): Command =>
    journal.command(`${name} ${arg}`).description(text).option('--json', 'print JSON').exitOverride()
  const upkeep = () => import('./journal.ts')
  add('inspect', '<folder>', 'say what it holds; a process may have it open').action(
    async (folder: string, flags) => end(await (await upkeep()).inspect(folder, flags)),
  )
  add('verify', '<folder>', 'read all of it, and name what is damaged (exit code 1)').action(
    async (folder: string, flags) => end(await (await upkeep()).verify(folder, flags)),
  )
  add('compact', '<folder>', 'release the space of what is no longer needed').action(
    async (folder: string, flags) => end(await (await upkeep()).compact(folder, flags)),
  )
  add('backup', '<folder> <copy>', 'copy it, also while a process has it open, and read the copy').action(
    async (folder: string, copy: string, flags) => end(await (await upkeep()).backup(folder, copy, flags)),
  )
  add('restore', '<copy> <folder>', 'put a backup where openJournal finds it').action(
    async (copy: string, folder: string, flags) => end(await (await upkeep()).restored(copy, folder, flags)),
  )
  add('dead-letters', '<folder>', 'list its dead letters by group; send them again or delete them')
    .option('--recipient <path>', 'only those to this actor, or to all entities of system/entities:name')
    .option('--type <type>', 'only those of this message type')
    .option('--error <code>', 'only those with this error in their chain')
    .option('--limit <n>', 'at most so many, the oldest first (--replay: 1000 without it)', positive)
    .option('--list', 'each by itself, not in groups')
    .option('--replay', 'send them again: they wait for their actors (no process may have the journal open)')
    .option('--delete', 'delete them for good (no process may have the journal open)')
    .action(async (folder: string, flags: LetterFlags) =>
      end(await (await import('./letters.ts')).deadLetters(folder, flags)),
    )
}

function positive(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('Use a whole number of at least 1.')
  return n
}
