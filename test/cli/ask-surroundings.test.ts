import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runPrompt } from '../../src/cli/ask/prompt.ts'
import { folderOf, run, start } from './cli.ts'

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname
const QUESTION = 'How long is the warranty?'
let docs: string
let cache: string

beforeAll(async () => {
  docs = await folderOf({
    'kettle.md': '# Kettle\n\nThe warranty of the kettle is 30 months.\n',
    'toaster.txt': 'The warranty of the toaster is 7 months.\n',
  })
  cache = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
  await run(['ask', '--docs', docs, QUESTION], { cache })
})
afterAll(async () => {
  await rm(docs, { recursive: true })
  await rm(cache, { recursive: true })
})

describe('ganglion ask', () => {
  test('takes a pattern for each --include and --exclude, and the question after them [G245]', async () => {
    const asked = (...patterns: string[]) =>
      run(['ask', '--docs', docs, '--json', ...patterns, QUESTION], { cache })
    expect((await asked('--include', '*.md')).stdout).toContain('30 months')
    expect((await asked('--exclude', '*.md')).stdout).toContain('7 months')
    const both = await asked('--include', '*.md', '--include', '*.txt')
    expect(both.stdout).toMatch(/30 months[\s\S]*7 months|7 months[\s\S]*30 months/u)
  })

  test('refuses a batch that can not be read before it reads anything else [G245]', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
    for (const batch of [join(docs, 'none.jsonl'), docs]) {
      const { code, stderr } = await run(['ask', '--docs', docs, '--batch', batch], { cache: fresh })
      expect(code).toBe(2)
      expect(stderr).toMatch(/^ganglion: the batch file .* can't be read \((?:ENOENT|EISDIR)\).*\n$/u)
    }
    expect(await readdir(fresh)).toEqual([])
    await rm(fresh, { recursive: true })
  })

  test('refuses an index, a model and a reader without a name [G245]', async () => {
    for (const flag of ['--docs', '--batch', '--index', '--model', '--reader']) {
      const { code, stderr } = await run(['ask', '--docs', docs, flag, ''], { cache })
      expect(code).toBe(2)
      expect(stderr).toMatch(new RegExp(`^ganglion: ${flag} is ''\\. Name it.*\\n$`, 'u'))
    }
  })

  test('says that a batch holds no question, and refuses a folder as standard input [G245]', async () => {
    const command = (input: string) => [
      `"$@" < ${input}`,
      'sh',
      process.execPath,
      MAIN,
      ...['ask', '--docs', docs, '--batch', '-'],
    ]
    const env = { ...process.env, XDG_CACHE_HOME: cache }
    const { stderr } = await promisify(execFile)('sh', ['-c', ...command('/dev/null')], { env })
    expect(stderr).toBe('ganglion: there is no question in standard input\n')
    await expect(promisify(execFile)('sh', ['-c', ...command('/')], { env })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^ganglion: standard input can't be read \(EISDIR\)/u),
    })
  })

  test('says in one line that its output can not be written, and fails [G245]', async () => {
    const questions = Array.from({ length: 3 }, (_, id) => JSON.stringify({ id, question: QUESTION }))
    const batch = join(cache, 'questions.jsonl')
    await writeFile(batch, questions.join('\n'))
    for (const args of [[QUESTION], ['--json', QUESTION], ['--batch', batch]]) {
      const command = ['"$@" > /dev/full', 'sh', process.execPath, MAIN, 'ask', '--docs', docs, ...args]
      const ended = promisify(execFile)('sh', ['-c', ...command], {
        env: { ...process.env, XDG_CACHE_HOME: cache },
      })
      await expect(ended).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^ganglion: the output can't be written \(ENOSPC\)[^\n]*\n$/u),
      })
    }
  })

  test('with --json writes what commands of the prompt say to stderr [G245]', async () => {
    const prompt = start(['ask', '--docs', docs, '--json', '--top', '1'], { cache })
    prompt.child.stdin?.end(`:help\n${QUESTION}\n:sources\n:explain\n`)
    const { code, stdout, stderr } = await prompt.ended
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ question: QUESTION, sources: [{}] })
    expect(stderr).toMatch(/Type a question, or:[\s\S]*Sources[\s\S]*Routing matrix A/u)
  })

  test('shows as many sources at the prompt as --top says', async () => {
    const prompt = start(['ask', '--docs', docs, '--top', '2'], { cache })
    prompt.child.stdin?.end(`${QUESTION}\n`)
    const { stdout } = await prompt.ended
    expect(stdout).toMatch(/^1\. .*\n.*\n2\. /mu)
  })

  test('opens no prompt for a user who has left', async () => {
    const streams = { input: new PassThrough(), output: new PassThrough() }
    const asked: string[] = []
    await runPrompt(async (question) => void asked.push(question), {
      ...(streams as never as { input: NodeJS.ReadStream; output: NodeJS.WriteStream }),
      signal: AbortSignal.abort(),
    })
    expect([asked, streams.output.read()]).toEqual([[], null])
  })

  test('leaves cleanly when its terminal is closed', async () => {
    const prompt = start(['ask', '--docs', docs], { cache })
    await prompt.saw('2 documents')
    prompt.child.kill('SIGHUP')
    expect(await prompt.ended).toMatchObject({
      signal: null,
      code: 130,
    })
  })
})
