// Runs named steps one after another, quietly unless one fails, and sums them up.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** @returns whether the command exited with 0. Its output is shown only if it did not. */
export function step(name, command, args, env = {}) {
  const started = Date.now()
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env },
  })
  const good = status === 0
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${good ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`)
  if (!good) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}\n`)
  return good
}

/** A tool of node_modules, by its file: npx would take half a second each. */
export function tool(name, file, ...args) {
  return step(name, process.execPath, [file, ...args])
}
