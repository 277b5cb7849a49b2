import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** `ganglion serve` as a process of its own. */
async function served(...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', 'serve', 'test/serve/team.ts', '--port', '0', ...args],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const [first] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer]
  const url = /http:\/\/\S+/u.exec(String(first))?.[0] ?? expect.fail(`${first} ${errors}`)
  return { child, url, errors: () => errors }
}

test('[G86] SIGTERM under load: every request that was taken is answered, no connection is reset', async () => {
  const { child, url, errors } = await served()
  let sent = 0
  let answered = 0
  const failures = new Map<string, number>()
  let isOver: (result: unknown) => void = () => undefined
  const over = new Promise((resolve) => {
    isOver = resolve
  })
  const options = {
    url: `${url}/pipelines/echo`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"hello"}',
    connections: 20,
    duration: 6,
  } as const
  const load = autocannon(options, (_, result) => isOver(result))
  load.on('response', (_client: unknown, status: number) => {
    answered += status === 200 ? 1 : 0
    sent += 1
    if (answered === 500) child.kill('SIGTERM')
  })
  load.on('reqError', (error: NodeJS.ErrnoException) => {
    failures.set(error.code ?? error.message, (failures.get(error.code ?? error.message) ?? 0) + 1)
    // It is down: connections that are begun now are refused, and nothing of them was taken.
    load.stop()
  })
  const [code] = (await once(child, 'exit')) as [number]
  load.stop()
  await over
  expect(errors()).toBe('ganglion: drained\n')
  expect(code).toBe(0)
  expect(answered).toBeGreaterThanOrEqual(500)
  expect(sent).toBe(answered)
  expect([...failures.keys()].filter((name) => name !== 'ECONNREFUSED')).toEqual([])
})

test('a second signal, wrong usage and a module without pipelines end with their exit codes', async () => {
  const run = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'serve', ...args], {
      cwd: ROOT,
    })
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    const [code] = (await once(child, 'exit')) as [number]
    return [code, errors]
  }
  expect(await run()).toEqual([2, expect.stringContaining('nothing to serve was named')])
  expect(await run('test/serve/service.ts', '--port', 'x')).toEqual([2, expect.stringContaining('port')])
  expect(await run('package.json')).toEqual([2, expect.stringMatching(/does not load|exports nothing/u)])
})
