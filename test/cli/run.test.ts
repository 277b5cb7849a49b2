import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run } from './cli.ts'

const cache = mkdtempSync(join(tmpdir(), 'ganglion-run-'))
afterAll(() => rmSync(cache, { recursive: true }))

test('ganglion run lists the teams, and refuses a name that is none', async () => {
  const listed = await run(['run'], { cache })
  expect(listed.code).toBe(0)
  expect(listed.stdout).toContain('question-answering')
  const wrong = await run(['run', 'no-such-team'], { cache })
  expect(wrong.code).toBe(2)
})
