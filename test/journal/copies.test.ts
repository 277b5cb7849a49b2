import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openJournal } from '../../src/journal/index.ts'
import { backUp, restore } from '../../src/journal/upkeep/copies.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { contentsOf } from './folder-contents.ts'
import { command } from './journal-command.ts'

const folders: string[] = []
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'ganglion-copies-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true })
})

/** A journal of two files. */
async function filled(): Promise<string> {
  const path = join(await folder(), 'journal')
  await using journal = await openJournal(path, { reserveBytes: 0 })
  for (let n = 0; n < 80; n++)
    await journal.store().commit([{ key: `k${n}`, value: new Uint8Array(2 ** 16) }])
  await journal.store().flushed()
  await journal.store().commit([{ key: 'last', value: new Uint8Array(2 ** 16) }])
  return path
}

/** Stops the work at its nth file. */
function stopAt(file: number): AbortSignal {
  let files = 0
  return {
    get aborted() {
      return files >= file
    },
    throwIfAborted() {
      files += 1
      if (files >= file) throw Object.assign(new Error('stopped'), { code: 'interrupted' })
    },
  } as AbortSignal
}

test.each([1, 2, 3])('[G103] a copy that is stopped at step %i leaves the folder as it was', async (file) => {
  const path = await filled()
  const before = await contentsOf(path)
  const empty = await folder()
  for (const to of [empty, join(empty, 'a', 'b')]) {
    await expect(backUp(path, to, stopAt(file))).rejects.toMatchObject({ code: 'interrupted' })
    expect(await readdir(empty)).toEqual([])
  }
  if (file < 4)
    for (const to of [empty, join(empty, 'a')]) {
      await expect(restore(path, to, platformKernel(), stopAt(file))).rejects.toMatchObject({
        code: 'interrupted',
      })
      expect(await readdir(empty)).toEqual([])
    }
  expect(await contentsOf(path)).toEqual(before)
})

test('[G103] while a copy is made what is there is no journal, however it ends', async () => {
  const path = await filled()
  const seen: unknown[] = []
  for (const copy of [backUp, restore]) {
    const to = join(await folder(), 'copy')
    let files = 0
    const look = {
      aborted: false,
      throwIfAborted() {
        files += 1
      },
    } as AbortSignal
    const names = async (): Promise<void> => void seen.push((await readdir(to)).includes('superblock'))
    const slow = new Proxy(look, {
      get(target, name) {
        if (name === 'throwIfAborted' && files > 0) names()
        return Reflect.get(target, name)
      },
    })
    await (copy === backUp ? backUp(path, to, slow) : restore(path, to, platformKernel(), slow))
    await using journal = await openJournal(to)
    expect(await journal.store().get('last')).toHaveLength(2 ** 16)
  }
  expect(seen.length).toBeGreaterThan(1)
  expect(seen).not.toContain(true)
})

test.each([
  ['a folder that is missing', 'backup', 'none', 'copy', 2, 'journal-missing'],
  ['a folder without a journal', 'backup', 'empty', 'copy', 2, 'journal-missing'],
  ['a file', 'backup', 'file', 'copy', 2, 'journal-missing'],
  ['a journal into itself', 'backup', 'journal', 'journal/copy', 2, 'invalid-argument'],
  ['a journal over itself', 'backup', 'journal', 'journal', 2, 'invalid-argument'],
  ['a journal over a file', 'backup', 'journal', 'file', 2, 'journal-missing'],
  ['a journal below a file', 'backup', 'journal', 'file/copy', 2, 'journal-missing'],
  ['a journal to a link that leads nowhere', 'backup', 'journal', 'dangling', 2, 'journal-missing'],
  ['a backup that is missing', 'restore', 'none', 'copy', 2, 'journal-missing'],
  ['a backup into itself', 'restore', 'journal', 'journal/copy', 2, 'invalid-argument'],
  ['a backup over files', 'restore', 'journal', '.', 2, 'journal-foreign'],
])(
  '[G103] to copy %s is refused, and changes nothing',
  async (_what, name, from, to, code, error) => {
    const path = await filled()
    const around = join(path, '..')
    await mkdir(join(around, 'empty'))
    await writeFile(join(around, 'file'), 'mine')
    await symlink('nowhere', join(around, 'dangling'))
    const before = await contentsOf(around)
    const ended = await command([name, join(around, from), join(around, to), '--json'])
    expect(ended).toMatchObject({ code, json: { error: { code: error } } })
    expect(await contentsOf(around)).toEqual(before)
  },
  60_000,
)

test.each([
  ['leads nowhere', 'nowhere', 'journal-missing', /Make .*nowhere, or remove the link/u],
  ['leads back to itself', 'link', 'journal-unwritable', /links lead back/u],
])(
  '[G158] a link that %s is no folder of a journal, and the error says what to do',
  async (_what, target, code, remedy) => {
    const around = await folder()
    const link = join(around, 'link')
    await symlink(target, link)
    await expect(openJournal(link)).rejects.toMatchObject({
      code,
      path: link,
      remedy: expect.stringMatching(remedy),
    })
    await expect(openJournal(link, { create: false })).rejects.toMatchObject({
      code,
      remedy: expect.stringMatching(remedy),
    })
    expect(await readdir(around)).toEqual(['link'])
  },
)
