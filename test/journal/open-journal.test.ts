import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { openJournal } from '../../src/journal/index.ts'
import { storeContract } from '../../src/testkit/contracts/index.ts'

const folders: string[] = []
const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'ganglion-journal-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true })
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value)

const inFolder = async () => {
  const journal = await openJournal(await folder())
  const store = journal.store()
  return Object.assign(store, {
    close: (
      (close) => () =>
        close().then(() => journal.close())
    )(store.close.bind(store)),
  })
}
for (const { name, run } of storeContract(inFolder)) test(`a store in a folder: ${name}`, run)

test('what was flushed is there when the folder is opened again, in every store by itself [G95]', async () => {
  const path = await folder()
  {
    await using journal = await openJournal(path)
    await journal.store('a').commit([{ key: 'k', value: bytes('one') }])
    await journal.store('b').commit([{ key: 'k', value: bytes('two') }])
  }
  await using again = await openJournal(path)
  expect(text(await again.store('a').get('k'))).toBe('one')
  expect(text(await again.store('b').get('k'))).toBe('two')
  expect(again.report).toMatchObject({ clean: true, keys: 2, discarded: undefined })
})

test('kill -9 loses nothing that was acknowledged [G95]', async () => {
  for (let round = 0; round < 3; round++) {
    const path = await folder()
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', new URL('./writes.ts', import.meta.url).pathname, path],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let acknowledged = -1
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line)
      if (acknowledged >= 200 + 150 * round) break
    }
    child.kill('SIGKILL')
    await once(child, 'exit')
    await using journal = await openJournal(path)
    const store = journal.store()
    for (let n = 0; n <= acknowledged; n++) expect(text(await store.get(`key ${n}`))).toBe(`value ${n}`)
    expect(journal.report.clean).toBe(false)
  }
}, 60_000)

test('a folder that is open is refused, and by name the process that has it', async () => {
  const path = await folder()
  await using _journal = await openJournal(path)
  await expect(openJournal(path)).rejects.toMatchObject({
    code: 'journal-locked',
    value: { pid: process.pid },
  })
})

test('a folder with other files, a missing folder and a file are refused, and nothing is written there', async () => {
  const path = await folder()
  await writeFile(join(path, 'letter.txt'), 'dear reader')
  await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-foreign' })
  expect(await readdir(path)).toEqual(['letter.txt'])
  await expect(openJournal(join(path, 'none'), { create: false })).rejects.toMatchObject({
    code: 'journal-missing',
  })
  await expect(openJournal(join(path, 'letter.txt'))).rejects.toMatchObject({ code: /journal-/ })
  await expect(openJournal(join(path, 'x'), { bytesMax: -1 })).rejects.toMatchObject({
    code: 'invalid-argument',
  })
  await expect(openJournal(path, { creat: true } as never)).rejects.toMatchObject({
    code: 'invalid-argument',
  })
})

test('a bit that has changed, a shortened file and a missing file are named, and the folder stays as it is', async () => {
  const path = await folder()
  {
    await using journal = await openJournal(path)
    for (let n = 0; n < 200; n++) {
      await journal.store().commit([{ key: `k${n}`, value: bytes('x'.repeat(500)) }])
      if (n % 20 === 0) await journal.store().flushed()
    }
  }
  const segment = (await readdir(path)).find((name) => name.endsWith('.log')) as string
  const file = join(path, segment)
  const { size } = await stat(file)
  const kept = join(await folder(), segment)
  await copyFile(file, kept)
  const damages: (() => Promise<unknown>)[] = [
    async () => {
      const handle = await open(file, 'r+')
      await handle.write(Buffer.from([0xff, 0x00, 0xff]), 0, 3, Math.floor(size / 2))
      await handle.close()
    },
    () => truncate(file, Math.floor(size / 2)),
    () => truncate(file, 0),
    () => rm(file),
  ]
  for (const damage of damages) {
    await damage()
    await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-damaged' })
    await copyFile(kept, file)
  }
  await using journal = await openJournal(path)
  expect(text(await journal.store().get('k199'))).toBe('x'.repeat(500))
})

test('churn does not grow the folder without end', async () => {
  await using journal = await openJournal(await folder())
  const store = journal.store()
  for (let n = 0; n < 400; n++) {
    await store.commit([{ key: `k${n % 8}`, value: new Uint8Array(64 * 1024).fill(n) }])
    if (n % 8 === 0) await store.flushed()
  }
  await journal.compact()
  const { bytes: all, liveBytes } = journal.figures()
  expect(liveBytes).toBeGreaterThan(8 * 64 * 1024)
  expect(all).toBeLessThan(10 * 2 ** 20)
})
