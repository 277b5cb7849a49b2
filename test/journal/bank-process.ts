// A process that makes transfers until it is killed: node bank-process.js FOLDER EFFECTS FIRST LAST LEFT CLOCK
//
// FIRST to LAST are sent as new; LEFT, separated by commas, again. It prints `+N` for each that has ended, and, with FIRST above LAST,
// at the end what each actor has seen. Its clock is set by so many milliseconds, and again by as many once it is at work.
import { appendFileSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSystem } from '../../src/index.ts'
import { type Journal, openJournal } from '../../src/journal/index.ts'
import { claim } from './holder.ts'
import { openBank } from './transfers.ts'

const [folder = '', effects = '', first = '1', last = '0', left = '', clock = '0'] = process.argv.slice(2)
let shift = Number(clock)
const real = Date.now
Date.now = () => real() + shift

/** Before it goes on: process.stdout keeps lines back while nobody reads, and a kill would take them. */
const print = (line: string): void => {
  writeSync(1, `${line}\n`)
}

/** Another process has the journal, or the disk is full. */
const AGAIN: ReadonlySet<unknown> = new Set(['journal-locked', 'journal-full'])

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!AGAIN.has((error as { code?: unknown }).code)) throw error
      await sleep(5)
    }
  }
}

const journal: Journal = await patiently(() => openJournal(folder))
claim(`${effects}.holder`)
const system = createSystem({ journal, log: false })
const bank = openBank(system, {
  // A message that serves an ask ends with its deadline, which a clock that is set would bring near.
  timeout: '20h',
  outside: (key, id) => appendFileSync(effects, `${id} ${key}\n`),
})
const send = async (id: number): Promise<void> => {
  await patiently(() => bank.transfer(id))
  print(`+${id}`)
}
await Promise.all(
  left
    .split(',')
    .filter((id) => id !== '')
    .map((id) => send(Number(id))),
)
for (let id = Number(first); id <= Number(last); ) {
  // Some alone, most in crowds, so that groups of every size are cut off.
  const crowd = id % 11 === 0 ? 1 : 1 + ((id * 7) % 40)
  const sent: Promise<void>[] = []
  for (; sent.length < crowd && id <= Number(last); id++) {
    print(`>${id}`)
    sent.push(send(id))
  }
  await (id % 3 === 0 ? sent[0] : Promise.all(sent))
  shift = id % 2 === 0 ? Number(clock) : 2 * Number(clock)
}
const seen = await bank.seen()
await system.stop()
await journal.close()
print(`${JSON.stringify({ seen, ledger: system.ledger(), report: journal.report })}`)
