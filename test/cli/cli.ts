import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Where a command runs. */
interface Place {
  readonly cache: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** How many files it may have open. Default: as many as this process. */
  readonly openFiles?: number
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves once stderr (or stdout) holds the text. */
  saw(text: string, stream?: 'stdout' | 'stderr'): Promise<void>
}

/** Starts the compiled command line, as a user would run it, with a cache folder of its own. */
export function start(args: readonly string[], options: Place): Started {
  const command = [process.execPath, MAIN, ...args]
  const [program = '', ...rest] =
    options.openFiles === undefined
      ? command
      : ['sh', '-c', 'ulimit -n "$0" && exec "$@"', String(options.openFiles), ...command]
  const child = spawn(program, rest, {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, XDG_CACHE_HOME: options.cache, NO_COLOR: '1', ...options.env },
  })
  const text = { stdout: '', stderr: '' }
  const waiting: { stream: 'stdout' | 'stderr'; text: string; resolve: () => void }[] = []
  const check = () => {
    for (const wait of waiting) if (text[wait.stream].includes(wait.text)) wait.resolve()
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk
      check()
    })
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...text }))
  })
  return {
    child,
    ended,
    saw: (wanted, stream = 'stderr') =>
      new Promise((resolve, reject) => {
        waiting.push({ stream, text: wanted, resolve })
        check()
        void ended.then((end) => reject(new Error(`ended without '${wanted}': ${end.stderr}`)))
      }),
  }
}

/** Runs it to its end; standard input is empty. */
export function run(args: readonly string[], options: Place): Promise<Ended> {
  const started = start(args, options)
  started.child.stdin?.end()
  return started.ended
}

/** A new folder with these files. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-docs-'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}
