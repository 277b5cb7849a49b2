// Takes a journal's lock whenever it is told to: node taker.ts, and a line `FOLDER AT` for each round. It tries at the moment AT, so that
// several do so in the same instant, and prints whether it has the lock. The line `end` gives it back.
import { createInterface } from 'node:readline'
import { FolderLock } from '../../src/journal/lock.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'

const kernel = platformKernel()
let lock: FolderLock | undefined
console.log('ready')
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') {
    await lock?.release()
    lock = undefined
    console.log('ended')
    continue
  }
  const [folder = '', at] = line.split(' ')
  while (Date.now() < Number(at));
  const taken = await FolderLock.take(folder, kernel).catch((error: { code?: unknown }) => error)
  lock = taken instanceof FolderLock ? taken : undefined
  console.log(lock === undefined ? String((taken as { code?: unknown }).code) : 'taken')
}
