import { type ChildProcess, spawn } from 'node:child_process'

/** Starts processes that never rest beside this one, to slow the machine down. */
export function neighbours(count: number): () => void {
  const children: ChildProcess[] = []
  for (let i = 0; i < count; i++)
    children.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  return () => {
    for (const child of children) child.kill('SIGKILL')
  }
}
