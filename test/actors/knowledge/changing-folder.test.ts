import { rmSync } from 'node:fs'
import { rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { walk } from '../../../actors/knowledge/documents/walk.ts'
import { watchFolder } from '../../../actors/knowledge/documents/watch-folder.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { until } from '../../../src/testkit/until.ts'
import { folderOf } from '../../cli/cli.ts'

const kernel = platformKernel()

async function reading(
  files: Readonly<Record<string, string>>,
  read: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await folderOf(files)
  try {
    await read(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('a folder', () => {
  test('with files that go while it is read, or whose names are no text, is read without them [G262]', async () => {
    await reading(
      { 'a.md': 'The pump is blue.', 'b.md': 'The hose is red.', 'c/d.md': 'x' },
      async (folder) => {
        await writeFile(
          Buffer.concat([Buffer.from(`${folder}/c/`), Buffer.from([0x65, 0xff, 0x2e, 0x6d, 0x64])]),
          'x',
        )
        // Asked before each entry: the file goes after its folder was listed.
        const { signal } = new AbortController()
        signal.throwIfAborted = () => rmSync(join(folder, 'b.md'), { force: true })
        const found = await walk(folder, { signal })
        expect(found.files).toEqual(['a.md', 'c/d.md'])
        expect(found.skipped).toEqual([{ file: 'c/e\ufffd.md', reason: 'its name is not UTF-8' }])
      },
    )
  })

  test('whose links lead in circles, inside and outside, is watched once [G262]', async () => {
    const elsewhere = await folderOf({ 'far.md': 'The hose is red.' })
    await reading({ 'a/x.md': 'The pump is blue.', 'b/y.md': 'The pump is red.' }, async (folder) => {
      for (const [link, to] of [
        ['up', '.'],
        ['a/up', '..'],
        ['a/to-b', '../b'],
        ['b/to-a', '../a'],
        ['far', elsewhere],
        ['b/far', elsewhere],
      ] as const)
        await symlink(to, join(folder, link))
      await symlink(folder, join(elsewhere, 'back'))
      await symlink(elsewhere, join(elsewhere, 'again'))
      let changes = 0
      const watch = await watchFolder(folder, kernel)
      watch.tell(() => {
        changes += 1
      })
      for (const file of [join(folder, 'b/y.md'), join(elsewhere, 'far.md')]) {
        const before = changes
        await writeFile(file, 'It is green.')
        await until(() => changes > before, { timeoutMs: 20_000 })
      }
      await watch.close()
    })
    await rm(elsewhere, { recursive: true })
  })
})
