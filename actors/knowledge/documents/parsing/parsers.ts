import { availableParallelism } from 'node:os'
import type { Piscina } from 'piscina'
import { forgetAbort, whenAborted } from '../../../../src/kernel/abort-listeners.ts'
import type { Kernel } from '../../../../src/kernel/kernel.ts'
import type { Pauses } from '../../../../src/kernel/pauses.ts'
import type { PackedParse } from './entry.ts'
import { unpacked } from './packed.ts'
import type { Parsed, ParseRequest } from './parse.ts'

/** After this time a file is read as plain text. */
const FILE_MS_MAX = 60_000
/** A file that needs more memory than this fails alone. */
const MEMORY_MB_MAX = 2_048

/** Worker threads that parse documents. They start with the first one, so that no file blocks the main thread. */
export class Parsers {
  readonly #kernel: Kernel
  readonly #signal: AbortSignal | undefined
  readonly #pauses: Pauses
  #pool: Promise<Piscina> | undefined

  constructor(kernel: Kernel, signal: AbortSignal | undefined, pauses: Pauses) {
    this.#kernel = kernel
    this.#pauses = pauses
    this.#signal = signal
  }

  /** How many files to hand over at once. */
  get atOnce(): number {
    return 2 * threads()
  }

  /** Rejects only with the signal's reason. A file that can't be parsed yields the reason. */
  async parse(request: ParseRequest): Promise<Parsed> {
    const first = await this.#run(request)
    if (first !== 'late') return this.#unpacked(first)
    const second = await this.#run({ ...request, plain: true })
    return second === 'late'
      ? { reason: `takes longer than ${FILE_MS_MAX / 1000} s to read` }
      : this.#unpacked(second)
  }

  async close(): Promise<void> {
    await (await this.#pool)?.destroy()
  }

  async #unpacked(parsed: PackedParse): Promise<Parsed> {
    if ('reason' in parsed) return parsed
    const { packed, ...rest } = parsed
    return { ...rest, passages: await unpacked(packed, this.#pauses) }
  }

  async #run(request: ParseRequest): Promise<PackedParse | 'late'> {
    this.#pool ??= startPool()
    const pool = await this.#pool
    // Aborting ends the thread, whatever it is doing; the pool starts another.
    const stop = new AbortController()
    const onAbort = () => stop.abort()
    let late = false
    const timer = this.#kernel.timers.after(
      FILE_MS_MAX,
      () => {
        late = true
        stop.abort()
      },
      undefined,
    )
    whenAborted(this.#signal, onAbort)
    try {
      this.#signal?.throwIfAborted()
      return (await pool.run(request, { signal: stop.signal })) as PackedParse
    } catch (error) {
      this.#signal?.throwIfAborted()
      return late ? 'late' : { reason: `can't be parsed (${(error as Error).message})` }
    } finally {
      timer.cancel()
      forgetAbort(this.#signal, onAbort)
    }
  }
}

function threads(): number {
  return Math.min(4, availableParallelism())
}

async function startPool(): Promise<Piscina> {
  const { Piscina: Pool } = await import('piscina')
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const pool = new Pool({
    filename: new URL(`./entry.${extension}`, import.meta.url).href,
    minThreads: 1,
    maxThreads: threads(),
    // Starting a thread and loading its parsers takes longer than most files.
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB_MAX },
    // Tests and tools run from the sources: there the worker is TypeScript, and needs time to import. A loader of the program's own (tsx) is
    // none of ours: it may resolve our dependencies otherwise than Node does.
    execArgv: extension === 'ts' ? ['--import', withLoader()] : [],
  })
  // A worker that ends rejects its tasks. Without a listener its error would end the process.
  pool.on('error', () => {})
  return pool
}

/** In a worker, `--import tsx` only works for `require`. */
function withLoader(): string {
  const register = `import { register } from '${import.meta.resolve('tsx/esm/api')}'; register()`
  return `data:text/javascript,${encodeURIComponent(register)}`
}
