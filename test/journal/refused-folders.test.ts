import { execFile } from 'node:child_process'
import { chmod, mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { verify } from '../../src/cli/journal/journal.ts'
import { type JournalOptions, openJournal } from '../../src/journal/index.ts'
import { contentsOf } from './folder-contents.ts'
import { hasSmallDisks, onSmallDisk } from './small-disk.ts'

const folders: string[] = []
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'ganglion-refused-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true })
})

/** A journal of two segments at `path`, closed in order. */
async function filled(path: string): Promise<string[]> {
  await using journal = await openJournal(path)
  for (let n = 0; n < 80; n++)
    await journal.store().commit([{ key: `k${n}`, value: new Uint8Array(2 ** 16) }])
  await journal.store().flushed()
  await journal.store().commit([{ key: 'last', value: new Uint8Array(2 ** 16) }])
  await journal.close()
  return (await readdir(path)).filter((name) => name.endsWith('.log')).sort()
}

async function change(file: string, at: number, by: (bytes: Buffer) => void, length = 4): Promise<void> {
  const handle = await open(file, 'r+')
  const bytes = Buffer.alloc(length)
  await handle.read(bytes, 0, length, at)
  by(bytes)
  await handle.write(bytes, 0, length, at)
  await handle.close()
}

const flip = (bytes: Buffer): void => {
  bytes.writeUInt8(bytes.readUInt8(0) ^ 0xff, 0)
}

const COPY_BYTES = 4096
/** Both copies of the superblock as a later release would write them. */
async function laterRelease(path: string): Promise<void> {
  for (const copy of [0, 1])
    await change(
      join(path, 'superblock'),
      copy * COPY_BYTES,
      (bytes) => {
        const length = bytes.readUInt32LE(24)
        const block = JSON.parse(bytes.toString('utf8', 32, 32 + length)) as object
        const text = Buffer.from(JSON.stringify({ ...block, format: 2 }))
        bytes.writeUInt32LE(text.length, 24)
        bytes.writeUInt32LE(crc32(text), 28)
        text.copy(bytes, 32)
      },
      COPY_BYTES,
    )
}

const lockOf = (holder: object) => (path: string) => writeFile(join(path, 'lock'), JSON.stringify(holder))

interface Refused {
  readonly what: string
  /** Makes what is opened, in an empty folder. */
  readonly make?: (path: string) => Promise<unknown>
  /** A journal that is damaged like this. */
  readonly damage?: (path: string, segments: readonly string[]) => Promise<unknown>
  /** Below the folder. */
  readonly at?: string
  readonly options?: JournalOptions
  readonly code: string
  /** Below the folder. */
  readonly path: string
  readonly value: unknown
  readonly remedy: RegExp
}

const FIRST = '000000000001.log'
const damaged = { code: 'journal-damaged', path: FIRST, remedy: /backup/u } as const
const place = (found: RegExp, lost: readonly unknown[]) => [
  { segment: FIRST, offset: expect.any(Number), found: expect.stringMatching(found), lost },
]

const REFUSED: readonly Refused[] = [
  {
    what: 'a folder that is missing, where none is to be made',
    at: 'none/deep',
    options: { create: false },
    code: 'journal-missing',
    path: 'none/deep',
    value: 'ENOENT',
    remedy: /folder that openJournal was given/u,
  },
  {
    what: 'an empty folder, where no journal is to be made',
    options: { create: false },
    code: 'journal-missing',
    path: '',
    value: undefined,
    remedy: /folder that openJournal was given/u,
  },
  {
    what: 'a file',
    make: (path) => writeFile(join(path, 'letter.txt'), 'dear reader'),
    at: 'letter.txt',
    code: 'journal-missing',
    path: 'letter.txt',
    value: 'EEXIST',
    remedy: /path of a folder/u,
  },
  {
    what: 'a folder below a file',
    make: (path) => writeFile(join(path, 'letter.txt'), 'dear reader'),
    at: 'letter.txt/journal',
    code: 'journal-missing',
    path: 'letter.txt/journal',
    value: 'ENOTDIR',
    remedy: /path/u,
  },
  {
    what: 'a folder with other files',
    make: (path) => writeFile(join(path, 'letter.txt'), 'dear reader'),
    code: 'journal-foreign',
    path: 'letter.txt',
    value: expect.arrayContaining(['letter.txt']),
    remedy: /folder of its own/u,
  },
  {
    what: 'a journal of a later release',
    damage: laterRelease,
    code: 'journal-version',
    path: 'superblock',
    value: 2,
    remedy: /release that wrote it/u,
  },
  {
    what: 'a superblock whose copies are both unreadable',
    damage: async (path) => {
      for (const copy of [0, 1]) await change(join(path, 'superblock'), copy * COPY_BYTES + 40, flip)
    },
    code: 'journal-damaged',
    path: 'superblock',
    value: 'its checksum does not match',
    remedy: /backup/u,
  },
  {
    what: 'an emptied superblock',
    damage: (path) => truncate(join(path, 'superblock'), 0),
    code: 'journal-damaged',
    path: 'superblock',
    value: 'it does not begin as a superblock',
    remedy: /backup/u,
  },
  {
    what: 'a missing superblock',
    damage: (path) => rm(join(path, 'superblock')),
    code: 'journal-damaged',
    path: 'superblock',
    value: FIRST,
    remedy: /backup/u,
  },
  {
    what: 'a folder with the lock of another program',
    make: (path) => writeFile(join(path, 'lock'), 'pid 7'),
    code: 'journal-foreign',
    path: 'lock',
    value: ['lock'],
    remedy: /folder of its own/u,
  },
  {
    what: 'a folder with the reserve of somebody else',
    make: (path) => writeFile(join(path, 'reserve'), 'wine, 1961'),
    code: 'journal-foreign',
    path: 'reserve',
    value: ['reserve'],
    remedy: /folder of its own/u,
  },
  {
    ...damaged,
    what: 'a bit that has changed',
    damage: (path) => change(join(path, FIRST), 5000, flip),
    value: place(/checksum/u, [1, 1]),
  },
  {
    ...damaged,
    what: 'the head of a file that has changed',
    damage: (path) => change(join(path, FIRST), 20, flip),
    value: place(/checksum/u, [1, 0]),
  },
  {
    ...damaged,
    what: 'a file that was cut',
    damage: (path) => truncate(join(path, FIRST), 200_000),
    value: place(/end of the file in a group/u, [4, 80]),
  },
  {
    ...damaged,
    what: 'an emptied file',
    damage: (path) => truncate(join(path, FIRST), 0),
    value: place(/shorter than its head/u, [1, 80]),
  },
  {
    ...damaged,
    what: 'a missing file',
    damage: (path) => rm(join(path, FIRST)),
    value: place(/the file is missing/u, [1, 80]),
  },
  {
    what: 'the last file, cut where it was durable',
    damage: (path, segments) => truncate(join(path, segments.at(-1) as string), 100),
    code: 'journal-damaged',
    path: '000000000002.log',
    value: [expect.objectContaining({ segment: '000000000002.log', offset: 96 })],
    remedy: /backup/u,
  },
  {
    what: 'a file of another journal',
    damage: async (path) => {
      const other = await folder()
      await filled(other)
      const bytes = Buffer.from((await contentsOf(other))?.[join(other, FIRST)] as string, 'base64')
      await writeFile(join(path, FIRST), bytes)
    },
    ...damaged,
    value: expect.arrayContaining([
      expect.objectContaining({ found: expect.stringMatching(/segment of another journal/u) }),
    ]),
  },
  {
    what: 'a journal that a process of another machine has open',
    damage: lockOf({ pid: 1, host: `not ${hostname()}`, token: 't', started: '1' }),
    code: 'journal-locked',
    path: 'lock',
    value: expect.objectContaining({ host: `not ${hostname()}` }),
    remedy: /Stop that process/u,
  },
  {
    what: 'a journal that another process has open',
    damage: lockOf({ pid: process.ppid, host: hostname(), token: 't', started: 'unknown' }),
    code: 'journal-locked',
    path: 'lock',
    value: expect.objectContaining({ pid: process.ppid }),
    remedy: /Stop that process/u,
  },
]

for (const { what, make, damage, at = '', options, code, path, value, remedy } of REFUSED) {
  test(`[G158] ${what} is refused by name, and nothing is written`, async () => {
    const base = await folder()
    await make?.(base)
    if (damage !== undefined) await damage(base, await filled(base))
    const before = await contentsOf(base)
    const error = await openJournal(join(base, at), options).then(
      () => undefined,
      (refused: unknown) => refused,
    )
    expect(error).toMatchObject({
      name: 'JournalError',
      code,
      path: join(base, path),
      remedy: expect.stringMatching(remedy),
    })
    expect((error as { value: unknown }).value).toEqual(value)
    expect(await contentsOf(base)).toEqual(before)
  })
}

test('[G103] [G158] `ganglion journal verify` names each with its exit code: 1 for damage, 2 for a folder without a journal', async () => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const seen: unknown[] = []
  for (const { what, make, damage, at = '' } of REFUSED) {
    const base = await folder()
    await make?.(base)
    if (damage !== undefined) await damage(base, await filled(base))
    printed.mockClear()
    const exit = await verify(join(base, at), { json: true })
    const { error } = JSON.parse(String(printed.mock.calls[0]?.[0])) as { error?: { code: string } }
    seen.push({ what, exit, code: error?.code })
  }
  printed.mockRestore()
  const wanted = REFUSED.map(({ what, damage, path, code }) => {
    if (damage === undefined) return { what, exit: 2, code: 'journal-missing' }
    // It may be read while another process has it open.
    return path === 'lock' ? { what, exit: 0, code: undefined } : { what, exit: 1, code }
  })
  expect(seen).toEqual(wanted)
})

const program = fileURLToPath(new URL('./refused-process.ts', import.meta.url))
const refusedBy = (path: string, value: string, remedy: RegExp) => ({
  said: {
    name: 'JournalError',
    code: 'journal-unwritable',
    path,
    value,
    remedy: expect.stringMatching(remedy),
  },
  unchanged: true,
})

test('[G158] folders and files that the user may not write are refused by name, and can be looked at', async () => {
  const base = await folder()
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, 'rights', base])
  expect(JSON.parse(stdout)).toEqual({
    journal: refusedBy('journal/lock', 'EACCES', /rights/u),
    guarded: refusedBy('guarded/superblock', 'EACCES', /rights/u),
    empty: refusedBy('empty/lock', 'EACCES', /rights/u),
    missing: refusedBy('missing', 'EACCES', /rights/u),
    keys: 1,
  })
  await chmod(base, 0o755)
}, 30_000)

const small = await hasSmallDisks()

test.runIf(small)(
  '[G158] a file system that can only be read is named as such, and a journal on it can be looked at',
  async () => {
    const mounted = [process.execPath, '--import', 'tsx', program, 'read-only']
    const printed = await onSmallDisk(64, ['sh', '-c', 'exec "$@" "$DISK"', 'sh', ...mounted])
    const refused = (path: string) => refusedBy(path, 'EROFS', /mount it to write/u)
    expect(JSON.parse(printed)).toEqual({
      journal: refused('journal/lock'),
      guarded: refused('guarded/lock'),
      empty: refused('empty/lock'),
      missing: refused('missing'),
      keys: 1,
    })
  },
  30_000,
)

test('[G158] a folder that was made for a journal goes again where the journal can’t be made', async () => {
  const base = await folder()
  // Its name is as long as may be, and those of its files are longer.
  const path = join(base, 'a', `${'x'.repeat(250)}/`.repeat(17).slice(0, 4080 - base.length))
  await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-unwritable', value: 'ENAMETOOLONG' })
  expect(await readdir(base)).toEqual([])
})
