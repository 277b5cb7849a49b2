import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'

/** `.ci/run` asks for 1,000 on every Node; the daily run for fewer. */
const ROUNDS = Number(process.env.GANGLION_STORM_ROUNDS ?? 120)

test(`${ROUNDS} cancels, timeouts, kills, recycles and stops during real runs never end the process [G36]`, {
  timeout: 600_000,
}, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/inference/storm/storm.ts', String(ROUNDS)])
  let out = ''
  let err = ''
  child.stdout.on('data', (data) => {
    out += data
  })
  child.stderr.on('data', (data) => {
    err += data
  })
  const ended = await new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, err }))
  })
  expect(ended).toEqual({ code: 0, signal: null, err: '' })
  const { counts } = JSON.parse(out) as { counts: Record<string, number> }
  expect(counts.cancelled).toBeGreaterThan(ROUNDS / 20)
  expect(counts.deadline).toBeGreaterThan(ROUNDS / 20)
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(['answered', 'stop', 'recycle', 'killed']))
})
