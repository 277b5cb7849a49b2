import { execFile } from 'node:child_process'

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname

export interface CommandEnd {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What it printed, where that is JSON. */
  readonly json: unknown
}

/** Runs `ganglion journal …` as a user would. */
export function command(args: readonly string[]): Promise<CommandEnd> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', MAIN, 'journal', ...args], (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : 0
      const json = /^[[{]/u.test(stdout) ? JSON.parse(stdout) : undefined
      resolve({ code, stdout, stderr, json })
    })
  })
}
