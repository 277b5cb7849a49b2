import { type ChildProcess, spawn } from 'node:child_process'

/** So many processes beside this one that never rest: the machine is slower by as many. */
export function neighbours(count: number): () => void {
  const children: ChildProcess[] = []
  for (let i = 0; i < count; i++)
    children.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  return () => {
    for (const child of children) child.kill('SIGKILL')
  }
}
