// Writes into the journal of a folder, and prints the number of each key once it is durable: node --import tsx writes.ts FOLDER
import { openJournal } from '../../src/journal/index.ts'

const journal = await openJournal(process.argv[2] as string)
const store = journal.store()
for (let n = 0; ; n++) {
  await store.commit([{ key: `key ${n}`, value: new TextEncoder().encode(`value ${n}`) }])
  const number = n
  const durable = store.flushed().then(() => process.stdout.write(`${number}\n`))
  // Some wait, so that groups of every size are cut off.
  if (n % 7 === 0) await durable
}
