// `npm test`: builds, lints, type-checks, runs every test that needs no server, and says what was skipped and why.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from './check.mjs'
import { root } from './steps.mjs'

const checked = check()
const folder = mkdtempSync(join(tmpdir(), 'ganglion-test-'))
const report = process.env.GANGLION_TEST_REPORT ?? join(folder, 'report.json')
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--typecheck',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
  { cwd: root, stdio: 'inherit' },
)
const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
const tests = testResults.flatMap((file) => file.assertionResults)
const skipped = tests.filter((test) => test.status === 'skipped' || test.status === 'pending')
// The name of the test or its group has the reason: `… (needs ../shared/data)`.
for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`)
const passed = tests.filter((test) => test.status === 'passed').length
const failed = tests.length - passed - skipped.length
process.stdout.write(
  `tests: ${passed} passed, ${failed} failed, ${skipped.length} skipped; checks ${checked ? 'passed' : 'FAILED'}\n`,
)
rmSync(folder, { recursive: true })
process.exitCode = checked && status === 0 ? 0 : 1
