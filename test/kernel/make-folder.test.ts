import { stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from '../../src/kernel/make-folder.ts'
import { folderOf } from '../cli/cli.ts'

test('makes a folder with those above it, and names the outermost that was missing', async () => {
  const folder = await folderOf({ 'a/file': '' })
  expect(await makeFolder(join(folder, 'a', 'b', 'c'))).toBe(join(folder, 'a', 'b'))
  expect((await stat(join(folder, 'a', 'b', 'c'))).isDirectory()).toBe(true)
  expect(await makeFolder(join(folder, 'a', 'b', 'c'))).toBeUndefined()
})

test('many at once make one folder', async () => {
  const path = join(await folderOf({}), 'x', 'y', 'z')
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)))
  expect((await stat(path)).isDirectory()).toBe(true)
})

test('rejects where a file is in the way, or a link that leads nowhere', async () => {
  const folder = await folderOf({})
  await writeFile(join(folder, 'file'), '')
  await symlink(join(folder, 'nowhere'), join(folder, 'link'))
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(makeFolder(join(folder, 'link', 'below'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test.runIf(process.platform === 'linux')(
  'rejects in /proc, where the recursive mkdir of Node.js never ends',
  async () => {
    await expect(makeFolder('/proc/nope/below')).rejects.toMatchObject({ code: 'ENOENT' })
  },
)
