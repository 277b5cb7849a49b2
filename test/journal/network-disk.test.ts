import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openJournal } from '../../src/journal/index.ts'

// What statfs says of a folder on a server: there is none here.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  statfs: async () => ({ type: 0xfe534d42, bavail: 1e6, bsize: 4096 }),
}))

test.runIf(process.platform === 'linux')(
  '[G158] a folder on a network disk is refused by name, unless that is wanted',
  async () => {
    const base = await mkdtemp(join(tmpdir(), 'ganglion-network-'))
    const path = join(base, 'journal')
    await expect(openJournal(path)).rejects.toMatchObject({
      name: 'JournalError',
      code: 'journal-network',
      path,
      value: 'SMB',
      remedy: expect.stringContaining('networkDisk'),
    })
    expect(await readdir(base)).toEqual([])
    await (await openJournal(path, { networkDisk: true })).close()
    await rm(base, { recursive: true })
  },
)
