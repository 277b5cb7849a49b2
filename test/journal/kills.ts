import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import ts from 'typescript'
import type { RandomStream } from '../../src/kernel/kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { expected, isBad } from './transfers.ts'
import { clockOf, Filler, rival, stopped } from './troubles.ts'

/** More than one life ever sends. */
const LIFE_TRANSFERS = 1_000_000
const DIST = new URL('../../dist/', import.meta.url).pathname

/** What a series of kills has shown. */
export interface Killed {
  readonly kills: number
  readonly transfers: number
  /** Effects outside, with those that a killed process had repeated. */
  readonly effects: number
  /** Lives whose clock was set, forwards or backwards, at their start and at work. */
  readonly clocks: number
  readonly stops: number
  /** Other processes that wanted the journal of a running one. */
  readonly rivals: number
  /** How often the disk was full. */
  readonly fills: number
}

/**
 * Kills a process that makes durable transfers, again and again: with `SIGKILL`, at random moments. Some lives are stopped by `SIGSTOP`
 * before, have a rival for their journal, or a clock that is set; with `disk`, a folder on a small disk of its own, the disk gets full and
 * empty again. The next process goes on in the same folder, and whoever had no answer asks again. At the end each transfer has happened once.
 */
export async function killAgain(kills: number, seed: number, disk?: string): Promise<Killed> {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-crash-'))
  const program = await mkdtemp(join(DIST, 'crash-'))
  try {
    const filler = disk === undefined ? undefined : new Filler(disk)
    return await new Kills(folder, disk ?? folder, await compiled(program), filler, seed).run(kills)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(program, { recursive: true, force: true })
  }
}

/** The process as JavaScript beside the built package: it starts in a fraction of the time, so that it is killed at its work. */
async function compiled(folder: string): Promise<string> {
  const inside = join(folder, 'journal')
  await mkdir(inside)
  for (const name of ['bank-process', 'holder', 'transfers']) {
    const source = await readFile(new URL(`./${name}.ts`, import.meta.url), 'utf8')
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        rewriteRelativeImportExtensions: true,
      },
    })
    await writeFile(join(inside, `${name}.js`), outputText)
  }
  return join(inside, 'bank-process.js')
}

class Kills {
  readonly #program: string
  readonly #journal: string
  readonly #effects: string
  readonly #filler: Filler | undefined
  readonly #random: RandomStream
  readonly #left = new Set<number>()
  #sent = 0
  #counts = { clocks: 0, stops: 0, rivals: 0 }

  constructor(folder: string, disk: string, program: string, filler: Filler | undefined, seed: number) {
    this.#program = program
    this.#journal = join(disk, 'journal')
    this.#effects = join(folder, 'effects')
    this.#filler = filler
    this.#random = new SeededRandomness(seed).stream('kills')
  }

  async run(kills: number): Promise<Killed> {
    await writeFile(this.#effects, '')
    for (let kill = 0; kill < kills; kill++) await this.#life(kill)
    const effects = await this.#ended(kills)
    return { kills, transfers: this.#sent, effects, fills: this.#filler?.fills ?? 0, ...this.#counts }
  }

  #start(last: number, clock: number): ChildProcess {
    const numbers = [this.#sent + 1, last, [...this.#left].join(','), clock].map(String)
    const args = [this.#program, this.#journal, this.#effects, ...numbers]
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  #hear(line: string): void {
    const id = Number(line.slice(1))
    if (line.startsWith('>')) {
      this.#sent = Math.max(this.#sent, id)
      this.#left.add(id)
    } else if (line.startsWith('+')) this.#left.delete(id)
  }

  async #life(kill: number): Promise<void> {
    const random = this.#random
    const clock = clockOf(random)
    const child = this.#start(this.#sent + LIFE_TRANSFERS, clock)
    const exited = once(child, 'exit')
    if (clock !== 0) this.#counts.clocks += 1
    const rivals = random.integer(4) === 0 ? this.#rivals() : undefined
    let lines = 1 + random.integer(random.integer(4) === 0 ? 2000 : 200)
    const fillAt = this.#filler !== undefined && random.integer(2) === 0 ? random.integer(lines) : -1
    let late: NodeJS.Timeout | undefined
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      this.#hear(line)
      lines -= 1
      if (lines === fillAt) {
        this.#filler?.fill()
        // On a full disk nothing new is taken: it is killed after a while, or has room again.
        const end = random.integer(2) === 0 ? () => child.kill('SIGKILL') : () => this.#filler?.empty()
        late = setTimeout(end, random.integer(300))
      }
      if (lines !== 0) continue
      if (random.integer(8) === 0) {
        this.#counts.stops += 1
        await stopped(child, this.#journal)
      }
      child.kill('SIGKILL')
    }
    clearTimeout(late)
    const [, signal] = await exited
    assert.equal(signal, 'SIGKILL', `life ${kill} ended by itself`)
    await rivals
    // The next process may start on the full disk.
    if (random.integer(2) === 0) this.#filler?.empty()
    else if (this.#filler !== undefined) setTimeout(() => this.#filler?.empty(), random.integer(300))
  }

  /** Others want its journal while it starts and works. */
  async #rivals(): Promise<void> {
    this.#counts.rivals += 1
    for (let tries = 0; tries < 20; tries++)
      await rival(this.#journal, `${this.#effects}.holder`, this.#random.integer(5))
  }

  /** The last process ends in order. Resolves to the number of effects outside. */
  async #ended(kills: number): Promise<number> {
    this.#filler?.empty()
    const child = this.#start(this.#sent, 0)
    let last = '{}'
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      this.#hear(line)
      last = line
    }
    const sent = this.#sent
    const { seen, ledger } = JSON.parse(last)
    assert.deepEqual([...this.#left], [], 'every transfer has ended')
    assert.deepEqual(seen, expected(sent), `after ${kills} kills and ${sent} transfers`)
    assert.equal(ledger.balanced, true)
    return effectsOf(await readFile(this.#effects, 'utf8'), sent)
  }
}

/** How many there were; each transfer has one name outside, and none but those that failed is missing. */
function effectsOf(text: string, sent: number): number {
  const names = new Map<string, string>()
  const ids = new Map<string, string>()
  const lines = text.split('\n').filter((line) => line !== '')
  for (const line of lines) {
    const [id = '', ...key] = line.split(' ')
    const name = key.join(' ')
    assert.equal(names.get(id) ?? name, name, `transfer ${id} has one name outside`)
    assert.equal(ids.get(name) ?? id, id, `'${name}' is the name of one transfer`)
    names.set(id, name)
    ids.set(name, id)
  }
  for (let id = 1; id <= sent; id++)
    assert.equal(names.has(String(id)), !isBad(id), `transfer ${id} took effect outside`)
  return lines.length
}
