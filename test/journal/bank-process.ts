// A process that makes transfers until it is killed: node bank-process.js FOLDER EFFECTS FIRST LAST LEFT
//
// FIRST to LAST are sent as new; LEFT, separated by commas, again. It prints `+N` for each that has ended, and, with FIRST above LAST,
// at the end what each actor has seen.
import { appendFileSync } from 'node:fs'
import { createSystem } from '../../src/index.ts'
import { openJournal } from '../../src/journal/index.ts'
import { openBank } from './transfers.ts'

const [folder = '', effects = '', first = '1', last = '0', left = ''] = process.argv.slice(2)
const journal = await openJournal(folder)
const system = createSystem({ journal, log: false })
const bank = openBank(system, {
  outside: (key, id) => appendFileSync(effects, `${id} ${key}\n`),
})
const send = async (id: number): Promise<void> => {
  await bank.transfer(id)
  process.stdout.write(`+${id}\n`)
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
    process.stdout.write(`>${id}\n`)
    sent.push(send(id))
  }
  await (id % 3 === 0 ? sent[0] : Promise.all(sent))
}
const seen = await bank.seen()
await system.stop()
await journal.close()
process.stdout.write(`${JSON.stringify({ seen, ledger: system.ledger(), report: journal.report })}\n`)
