import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openJournal } from '../../src/journal/index.ts'

const TAKERS = 4
const ROUNDS = 150
const dead = { pid: 2 ** 30, host: hostname(), token: 'dead', started: '1' }

/** They take about ten seconds. */
const TRIES = 4_000

class Taker {
  readonly process: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor() {
    const script = fileURLToPath(new URL('./taker.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.process = child
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  tell(line: string): void {
    this.process.stdin?.write(`${line}\n`)
  }

  async hears(): Promise<string> {
    return (await this.#lines.next()).value as string
  }
}

let base: string
let takers: Taker[]
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ganglion-takeover-'))
  takers = Array.from({ length: TAKERS }, () => new Taker())
  for (const taker of takers) expect(await taker.hears()).toBe('ready')
}, 60_000)
afterAll(async () => {
  for (const { process } of takers) {
    process.stdin?.end()
    if (process.exitCode === null) await once(process, 'exit')
  }
  await rm(base, { recursive: true, force: true })
})

test('[G193] of several processes that take over one dead lock in the same instant, one has the journal', async () => {
  const lock = join(base, 'lock')
  for (let round = 0; round < ROUNDS; round++) {
    await writeFile(lock, JSON.stringify(dead))
    // Whoever took it over before was killed in the midst of it.
    if (round % 3 === 0) await writeFile(`${lock}.taking`, JSON.stringify({ ...dead, token: 'dead too' }))
    if (round % 6 === 0) await writeFile(`${lock}.taking.taking`, '')
    const at = Date.now() + 4
    for (const taker of takers) taker.tell(`${base} ${at}`)
    const said = await Promise.all(takers.map((taker) => taker.hears()))
    expect([...said].sort(), `round ${round}`).toEqual([
      'journal-locked',
      'journal-locked',
      'journal-locked',
      'taken',
    ])
    const winner = takers[said.indexOf('taken')]
    expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ pid: winner?.process.pid })
    for (const taker of takers) taker.tell('end')
    for (const taker of takers) expect(await taker.hears()).toBe('ended')
    expect(await readdir(base)).toEqual([])
  }
}, 120_000)

test('[G502] of several processes that take a lock and give it back again and again, no two have it at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-again-'))
  for (const taker of takers) taker.tell(`${folder} for ${TRIES}`)
  for (const taker of takers) {
    const [had, shared] = (await taker.hears()).split(' ').map(Number)
    expect(had).toBeGreaterThan(0)
    expect(shared).toBe(0)
  }
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
}, 120_000)

test('[G193] the lock of a host that is gone is named, and the journal opens once its file is deleted as the error says', async () => {
  const folder = join(base, 'journal')
  await (await openJournal(folder)).close()
  const lock = join(folder, 'lock')
  await writeFile(lock, JSON.stringify({ ...dead, host: 'a container that was replaced' }))
  const refused = { code: 'journal-locked', remedy: expect.stringContaining(`delete ${lock}`) }
  await expect(openJournal(folder)).rejects.toMatchObject(refused)
  await rm(lock)
  await (await openJournal(folder)).close()
  await rm(folder, { recursive: true })
})
