import { readFileSync, rmSync, writeFileSync } from 'node:fs'

/** This process has the journal, and says so in a file. Throws where another one that lives says the same. */
export function claim(holder: string): void {
  for (;;) {
    try {
      writeFileSync(holder, String(process.pid), { flag: 'wx' })
      return
    } catch {
      const pid = readFileSync(holder, 'utf8')
      if (isAlive(Number(pid))) throw new Error(`two processes have the journal: ${pid} and ${process.pid}`)
      rmSync(holder)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
