import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import ts from 'typescript'
import { openJournal } from '../../src/journal/index.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { expected, isBad } from './transfers.ts'

/** More than one life ever sends. */
const LIFE_TRANSFERS = 1_000_000
const DIST = new URL('../../dist/', import.meta.url).pathname

/** What a series of kills has shown. */
export interface Killed {
  readonly kills: number
  readonly transfers: number
  /** Effects outside, with those that a killed process had repeated. */
  readonly effects: number
}

/**
 * Kills a process that makes durable transfers, again and again: with `SIGKILL`, at random moments, some after a stop by `SIGSTOP`.
 * The next process goes on in the same folder, and whoever had no answer asks again. At the end each transfer has happened once.
 */
export async function killAgain(kills: number, seed: number): Promise<Killed> {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-crash-'))
  const program = await mkdtemp(join(DIST, 'crash-'))
  try {
    return await killedIn(folder, await compiled(program), kills, seed)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(program, { recursive: true, force: true })
  }
}

/** The process as JavaScript beside the built package: it starts in a fraction of the time, so that it is killed at its work. */
async function compiled(folder: string): Promise<string> {
  const inside = join(folder, 'journal')
  await mkdir(inside)
  for (const name of ['bank-process', 'transfers']) {
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

async function killedIn(folder: string, program: string, kills: number, seed: number): Promise<Killed> {
  const random = new SeededRandomness(seed).stream('kills')
  const [journal, effects] = [join(folder, 'journal'), join(folder, 'effects')]
  await writeFile(effects, '')
  const left = new Set<number>()
  let sent = 0
  const start = (last: number): ChildProcess => {
    const args = [program, journal, effects, String(sent + 1), String(last), [...left].join(',')]
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  }
  const hear = (line: string): void => {
    const id = Number(line.slice(1))
    if (line.startsWith('>')) {
      sent = Math.max(sent, id)
      left.add(id)
    } else if (line.startsWith('+')) left.delete(id)
  }
  for (let kill = 0; kill < kills; kill++) {
    const child = start(sent + LIFE_TRANSFERS)
    const exited = once(child, 'exit')
    let lines = 1 + random.integer(random.integer(4) === 0 ? 2000 : 200)
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      hear(line)
      lines -= 1
      if (lines !== 0) continue
      if (random.integer(8) === 0) await stopped(child, journal)
      child.kill('SIGKILL')
    }
    await exited
    assert.ok(lines <= 0, `life ${kill} ended by itself`)
  }
  return ended(start(sent), hear, { kills, effects, sent: () => sent, left })
}

/** A process that is only stopped still has the folder. */
async function stopped(child: ChildProcess, journal: string): Promise<void> {
  child.kill('SIGSTOP')
  await assert.rejects(openJournal(journal), { code: 'journal-locked' })
  child.kill('SIGCONT')
}

async function ended(
  child: ChildProcess,
  hear: (line: string) => void,
  after: { kills: number; effects: string; sent: () => number; left: Set<number> },
): Promise<Killed> {
  let last = '{}'
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    hear(line)
    last = line
  }
  const { kills, left } = after
  const sent = after.sent()
  const { seen, ledger } = JSON.parse(last)
  assert.deepEqual([...left], [], 'every transfer has ended')
  assert.deepEqual(seen, expected(sent), `after ${kills} kills and ${sent} transfers`)
  assert.equal(ledger.balanced, true)
  const names = new Map<string, string>()
  const ids = new Map<string, string>()
  const lines = (await readFile(after.effects, 'utf8')).split('\n').filter((line) => line !== '')
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
  return { kills, transfers: sent, effects: lines.length }
}
