import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { openJournal } from '../../src/journal/index.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { command } from './journal-command.ts'

const folders: string[] = []
const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'ganglion-upkeep-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true })
})

let broken = true
const Worker = defineActor({
  name: 'worker',
  durable: true,
  supervision: { intensity: { restarts: 1000, within: '1s' } },
  state: () => ({ done: 0 }),
  on: {
    work(ctx, n: number) {
      if (broken && n % 2 === 1) throw new RangeError(`no ${n}`)
      ctx.state.done += n
      return ctx.state.done
    },
    later: (ctx) => ctx.timers.durable('t', '2d', 'work', 0),
  },
})

/** A journal with a state, a timer and three dead letters; `look` sees it while it is open. */
async function filled(path: string, look = async (): Promise<void> => {}): Promise<void> {
  broken = true
  await using journal = await openJournal(path)
  await using system = createSystem({ journal, log: false })
  const worker = system.spawn(Worker)
  for (let n = 1; n <= 6; n++) await worker.ask('work', n, { idempotencyKey: `w${n}` }).catch(() => undefined)
  await worker.ask('later')
  await look()
}

const done = async (path: string): Promise<number> => {
  broken = false
  await using journal = await openJournal(path)
  await using system = createSystem({ journal, log: false })
  return system.spawn(Worker).ask('work', 0)
}

test('[G103] a journal is inspected and backed up while it is open, and nothing in it changes', async () => {
  const [path, copy] = [await folder(), join(await folder(), 'copy')]
  await filled(path, async () => {
    const before = await readFile(join(path, 'superblock'))
    const { code, json } = await command(['inspect', path, '--json'])
    expect(code).toBe(0)
    expect(json).toMatchObject({
      actors: 1,
      timers: 1,
      deadLetters: 3,
      waiting: [],
      report: { clean: false },
    })
    expect((await command(['verify', path])).stdout).toMatch(/^sound: /u)
    expect(await command(['backup', path, copy, '--json'])).toMatchObject({
      code: 0,
      json: { deadLetters: 3 },
    })
    expect(await readFile(join(path, 'superblock'))).toEqual(before)
    expect(await command(['compact', path, '--json'])).toMatchObject({
      code: 1,
      json: { error: { code: 'journal-locked' } },
    })
  })
  const again = join(await folder(), 'again')
  expect(await command(['restore', copy, again])).toMatchObject({ code: 0 })
  expect(await done(again)).toBe(12)
  // It refuses to write over files.
  expect(await command(['restore', copy, path, '--json'])).toMatchObject({
    code: 2,
    json: { error: { code: 'journal-foreign' } },
  })
})

test('[G103] what is damaged is named, with exit code 1, and stays as it is', async () => {
  const path = await folder()
  await filled(path)
  const segment = (await readdir(path)).find((name) => name.endsWith('.log')) as string
  const kept = join(await folder(), segment)
  await copyFile(join(path, segment), kept)
  await truncate(join(path, segment), 300)
  const { code, json } = await command(['verify', path, '--json'])
  expect(code).toBe(1)
  expect(json).toMatchObject({ error: { code: 'journal-damaged', value: [{ segment }] } })
  expect((await readFile(join(path, segment))).length).toBe(300)
  expect(await command(['verify', join(path, 'none')])).toMatchObject({ code: 2 })
})

test('compact releases what is needed no longer of a journal of one file, and again of what it holds then', async () => {
  const path = await folder()
  const value = (n: number) => new Uint8Array(64 * 1024).fill(n)
  const held = async (key: string) => {
    await using journal = await openJournal(path, { reserveBytes: 0 })
    return journal.store().get(key)
  }
  {
    await using journal = await openJournal(path, { reserveBytes: 0 })
    for (let n = 1; n <= 40; n++) await journal.store().commit([{ key: 'large', value: value(n) }])
    await journal.store().commit([{ key: 'small', value: value(7).subarray(0, 10) }])
  }
  const compact = async () =>
    (await command(['compact', path, '--json'])).json as { before: number; bytes: number; liveBytes: number }
  const first = await compact()
  expect(first.before).toBeGreaterThan(40 * 64 * 1024)
  expect(first.bytes).toBeLessThan(2 * 64 * 1024)
  expect(await held('large')).toEqual(value(40))
  {
    await using journal = await openJournal(path, { reserveBytes: 0 })
    await journal.store().commit([{ key: 'large', value: undefined }])
    await journal.store().commit([{ key: 'small', value: undefined }])
  }
  // Nothing at all is needed.
  expect(await compact()).toMatchObject({ liveBytes: 0 })
  expect(await command(['verify', path])).toMatchObject({ code: 0 })
  expect((await command(['inspect', path, '--json'])).json).toMatchObject({
    report: { segments: 1, bytes: 96 },
  })
  expect(await held('small')).toBeUndefined()
}, 60_000)

test.each([0, 1])(
  'verify warns of copy %i of the superblock, and opening the journal writes it again',
  async (copy) => {
    const path = await folder()
    await filled(path)
    const block = join(path, 'superblock')
    const bytes = await readFile(block)
    bytes.fill(0, copy * 4096 + 40, copy * 4096 + 60)
    await writeFile(block, bytes)
    const { code, stdout } = await command(['verify', path])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^sound: .*\nwarning: one of the two copies of the superblock is damaged/u)
    expect((await command(['verify', path, '--json'])).json).toMatchObject({
      lostCopy: 'its checksum does not match',
    })
    expect(await readFile(block)).toEqual(bytes)
    expect(await done(path)).toBe(12)
    expect((await command(['verify', path, '--json'])).json).not.toHaveProperty('lostCopy')
  },
  60_000,
)

test('inspect counts one as one, and a folder that is missing is refused with a remedy that a command has', async () => {
  const path = await folder()
  await filled(path)
  const { stdout } = await command(['inspect', path])
  expect(stdout).toMatch(/\n1 actor with a state\n1 timer, the next .*\n3 dead letters\n0 messages wait\n/u)
  const { code, stderr } = await command(['inspect', join(path, 'nope')])
  expect(code).toBe(2)
  expect(stderr).not.toContain('create')
}, 60_000)

test('[G99] dead letters are listed by group, sent again once, and deleted', async () => {
  const path = await folder()
  await filled(path)
  expect((await command(['dead-letters', path, '--json'])).json).toMatchObject([
    { recipient: 'ganglion/worker', type: 'work', error: 'RangeError', letters: 3 },
  ])
  const listed = (await command(['dead-letters', path, '--list', '--type', 'work', '--json'])).json
  expect(listed).toMatchObject([{ body: 1 }, { body: 3 }, { body: 5 }])
  expect((await command(['dead-letters', path, '--error', 'nothing', '--json'])).json).toEqual([])
  expect((await command(['dead-letters', path, '--replay', '--limit', '2', '--json'])).json).toEqual({
    letters: 2,
    left: 1,
  })
  expect((await command(['inspect', path, '--json'])).json).toMatchObject({
    waiting: [{ recipient: 'ganglion/worker', messages: 2 }],
    deadLetters: 1,
  })
  expect(await done(path)).toBe(16)
  expect((await command(['dead-letters', path, '--delete', '--json'])).json).toEqual({ letters: 1, left: 0 })
  expect((await command(['dead-letters', path])).stdout).toBe('no dead letters\n')
  expect((await command(['compact', path])).code).toBe(0)
  expect(await done(path)).toBe(16)
  expect(await command(['dead-letters', path, '--replay', '--delete'])).toMatchObject({ code: 2 })
})

test('[G228] dead letters to entities are one group a definition, and are sent again by definition or entity', async () => {
  const path = await folder()
  broken = true
  {
    await using journal = await openJournal(path)
    await using system = createSystem({ journal, log: false })
    for (const key of ['user:1', 'user:2', 'a/b'])
      await system
        .entity(Worker, key)
        .ask('work', 1)
        .catch(() => undefined)
    await system
      .spawn(Worker)
      .ask('work', 1)
      .catch(() => undefined)
  }
  const list = async (): Promise<unknown> => (await command(['dead-letters', path, '--json'])).json
  const recipient = 'ganglion/entities:worker'
  expect(await list()).toMatchObject([
    { recipient, letters: 3 },
    { recipient: 'ganglion/worker', letters: 1 },
  ])
  const replay = ['dead-letters', path, '--replay', '--json', '--recipient']
  expect((await command([...replay, `${recipient}/user%3A2`])).json).toEqual({ letters: 1, left: 0 })
  expect((await command([...replay, recipient])).json).toEqual({ letters: 2, left: 0 })
  expect(await list()).toMatchObject([{ recipient: 'ganglion/worker', letters: 1 }])
}, 60_000)

test('[G192] one command sends at most 1,000 dead letters again unless it is told how many, and says what is left', async () => {
  const path = await folder()
  const Picky = defineActor({
    name: 'picky',
    mailbox: { capacity: 3000 },
    supervision: { intensity: { restarts: 5000, within: '1s' } },
    durable: true,
    on: {
      work(_ctx, n: number) {
        if (n % 2 === 1) throw new RangeError(`no ${n}`)
      },
    },
  })
  {
    await using journal = await openJournal(path)
    await using system = createSystem({ journal, log: false })
    const picky = system.spawn(Picky)
    const all = Array.from({ length: 2006 }, (_, n) => picky.ask('work', n).catch(() => undefined))
    await Promise.all(all)
  }
  expect((await command(['dead-letters', path, '--replay'])).stdout).toBe(
    '1000 wait for their actors again\n3 more stay: run it again, or give a larger --limit\n',
  )
  const left = ['dead-letters', path, '--replay', '--limit', '2000', '--json']
  expect((await command(left)).json).toEqual({ letters: 3, left: 0 })
  const { json } = await command(['inspect', path, '--json'])
  expect(json).toMatchObject({ deadLetters: 0, waiting: [{ messages: 1003 }] })
}, 60_000)
