import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../src/testkit/until.ts'
import { inRepository } from './tasks/model-folders.ts'

let folder: string
let began: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganglion-ends-'))
  began = join(folder, 'began')
})
afterEach(() => rm(folder, { recursive: true }))

/** How a service ends whose worker is stuck for minutes. */
function endOf(isolation: string, end: string): Promise<{ code: number | null; signal: string | null }> {
  const service = inRepository('test/inference/fixtures/service-that-ends.mjs')
  const child = spawn(process.execPath, ['--import', 'tsx', service, isolation, end, began], {
    stdio: 'inherit',
  })
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** Gone, or waiting only for somebody to ask how it ended. */
function hasEnded(pid: number): boolean {
  try {
    return /\) [ZX] /u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

describe.skipIf(process.platform !== 'linux')(
  'a service that ends while a native call hangs (Linux: /proc)',
  () => {
    test("isolation 'process': process.exit() ends it and its worker", { timeout: 60_000 }, async () => {
      expect(await endOf('process', 'exit')).toEqual({ code: 0, signal: null })
      const pid = Number(await readFile(began, 'utf8'))
      try {
        expect(pid).toBeGreaterThan(0)
        // By itself it would continue for minutes.
        await until(() => hasEnded(pid), { what: 'the end of the worker' })
      } finally {
        if (!hasEnded(pid)) process.kill(pid, 'SIGKILL')
      }
    })

    test("isolation 'thread': SIGKILL ends it, from inside too", { timeout: 60_000 }, async () => {
      expect(await endOf('thread', 'kill')).toEqual({ code: null, signal: 'SIGKILL' })
    })
  },
)
