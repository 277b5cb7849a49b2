// Takes a journal's lock whenever it is told to: node taker.ts, and a line `FOLDER AT` for each round. It tries at the moment AT, so that
// several do so in the same instant, and prints whether it has the lock. The line `end` gives it back. A line `FOLDER for N` has it try
// so often to take the lock and give it back; it prints how often it had it, and how often another one had it too.
import { closeSync, openSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { FolderLock } from '../../src/journal/lock.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'

const kernel = platformKernel()
let lock: FolderLock | undefined

async function takeAgain(folder: string, tries: number): Promise<string> {
  const alone = `${folder}.alone`
  let had = 0
  let shared = 0
  for (let i = 0; i < tries; i++) {
    const taken = await FolderLock.take(folder, kernel).catch((error: { code?: unknown }) => {
      if (error.code !== 'journal-locked') throw error
    })
    if (taken instanceof FolderLock) {
      had += 1
      try {
        closeSync(openSync(alone, 'wx'))
      } catch {
        shared += 1
      }
    }
    await sleep(2 * Math.random())
    if (!(taken instanceof FolderLock)) continue
    rmSync(alone, { force: true })
    await taken.release()
  }
  return `${had} ${shared}`
}

console.log('ready')
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') {
    await lock?.release()
    lock = undefined
    console.log('ended')
    continue
  }
  const [folder = '', at, tries] = line.split(' ')
  if (at === 'for') {
    console.log(await takeAgain(folder, Number(tries)))
    continue
  }
  while (Date.now() < Number(at));
  const taken = await FolderLock.take(folder, kernel).catch((error: { code?: unknown }) => error)
  lock = taken instanceof FolderLock ? taken : undefined
  console.log(lock === undefined ? String((taken as { code?: unknown }).code) : 'taken')
}
