import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openJournal } from '../../src/journal/index.ts'

const refusal = vi.hoisted(() => ({ code: 'EPERM', between: async (_path: string): Promise<void> => {} }))

// A file system without hard links: there is none here.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return {
    ...real,
    link: async () => {
      throw Object.assign(new Error('no links'), { code: refusal.code, syscall: 'link' })
    },
    copyFile: async (from: string, to: string, mode: number) => {
      await real.copyFile(from, to, mode)
      await refusal.between(to)
    },
  }
})

const dead = { pid: 2 ** 30, host: hostname(), token: 'dead', started: '1' }

test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
  '[G193] without hard links (%s) one process at a time has the journal, and a dead lock is taken over',
  async (code) => {
    refusal.code = code
    const path = await mkdtemp(join(tmpdir(), 'ganglion-no-links-'))
    for (const left of [undefined, JSON.stringify(dead), '']) {
      if (left !== undefined) await writeFile(join(path, 'lock'), left)
      const journal = await openJournal(path)
      await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-locked' })
      await journal.close()
      expect((await readdir(path)).filter((name) => name.startsWith('lock'))).toEqual([])
    }
    await rm(path, { recursive: true })
  },
)

test('[G193] whose lock was replaced while it was being written does not open the journal', async () => {
  refusal.code = 'EPERM'
  const path = await mkdtemp(join(tmpdir(), 'ganglion-no-links-'))
  // It is alive, and came first.
  const other = { pid: process.pid, host: hostname(), token: 'other', started: 'unknown' }
  refusal.between = (lock) => writeFile(lock, JSON.stringify(other))
  await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-locked', value: { token: 'other' } })
  refusal.between = async () => {}
  await rm(path, { recursive: true })
})

test('[G193] an error of the file system that has nothing to do with links is told', async () => {
  refusal.code = 'EIO'
  const path = await mkdtemp(join(tmpdir(), 'ganglion-no-links-'))
  await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-unwritable', value: 'EIO' })
  expect(await readdir(path)).toEqual([])
  await rm(path, { recursive: true })
})
