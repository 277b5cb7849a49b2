import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openJournal } from '../../src/journal/index.ts'
import type { RandomStream } from '../../src/kernel/kernel.ts'
import { claim } from './holder.ts'

/** Within the day in which idempotency keys are remembered, forwards and backwards. */
const CLOCK_MS = 3 * 3_600_000

/** How far the clock of the next life is set off. */
export function clockOf(random: RandomStream): number {
  return random.integer(3) === 0 ? random.integer(2 * CLOCK_MS) - CLOCK_MS : 0
}

/** A process that is only stopped still has the folder. */
export async function stopped(child: ChildProcess, journal: string): Promise<void> {
  child.kill('SIGSTOP')
  await assert.rejects(openJournal(journal), { code: 'journal-locked' })
  child.kill('SIGCONT')
}

/** Wants the same folder as another process in the same moment. Where it gets it, it gives it back. */
export async function rival(journal: string, holder: string, holdMs: number): Promise<void> {
  const opened = await openJournal(journal).catch((error: { code?: unknown }) => {
    assert.match(String(error.code), /^journal-(locked|full)$/u)
  })
  if (opened === undefined) return
  claim(holder)
  await sleep(holdMs)
  rmSync(holder)
  await opened.close().catch((error: { code?: unknown }) => assert.equal(error.code, 'journal-full'))
}

/** Somebody else fills the disk of this folder to its last block; `empty` makes room again. */
export class Filler {
  fills = 0
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'filler')
  }

  fill(): void {
    this.fills += 1
    const file = openSync(this.#path, 'a')
    for (const bytes of [2 ** 20, 4096, 1])
      for (;;) {
        try {
          writeSync(file, Buffer.alloc(bytes, 1))
        } catch {
          break
        }
      }
    closeSync(file)
  }

  empty(): void {
    rmSync(this.#path, { force: true })
  }
}
