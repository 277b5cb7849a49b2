import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { BatchResponse, ProcessRequest, ProcessResponse, WorkerRequest, WorkerStart } from '../wire.ts'
import { type Executor, SILENT, uncloneable } from './executor.ts'

/**
 * Each large block that is freed lets glibc keep larger ones, up to 32 MB in every arena of every thread: where sessions come
 * and go, memory grows for hours. Setting the threshold (to its own default) stops that; other allocators do not read it.
 * See docs/models.md#memory for figures.
 */
const STEADY_ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: '131072' }

/** Worker processes still running. */
const living = new Set<ChildProcess>()

/** A child stuck in a native call does not notice that its pipe closed, and might never end. */
function killLiving(): void {
  for (const child of living) child.kill('SIGKILL')
}

function killAtExit(child: ChildProcess): void {
  // One listener for all: Node warns about more than ten.
  if (living.size === 0) process.on('exit', killLiving)
  living.add(child)
}

function hasEnded(child: ChildProcess): void {
  if (living.delete(child) && living.size === 0) process.off('exit', killLiving)
}

interface Waiting {
  resolve(response: BatchResponse): void
  reject(error: unknown): void
}

/**
 * One worker as a separate process: a native call that crashes or hangs takes only this process down, and can be killed. A batch
 * costs a copy over a pipe each way. The child is killed when our process exits. If we are killed, it ends by itself when
 * its pipe to us closes: at once, or after its current native call.
 */
export async function processExecutor(
  { threads, niceness }: WorkerStart,
  onExit: (error: Error) => void,
): Promise<Executor> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const child = fork(
    fileURLToPath(new URL(`../worker/entry/process.${extension}`, import.meta.url)),
    [String(threads), String(niceness)],
    {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: extension === 'ts' ? ['--import', 'tsx'] : [],
      env: { ...STEADY_ALLOCATOR, ...SILENT, ...process.env },
    },
  )
  return new ProcessExecutor(child, onExit)
}

class ProcessExecutor implements Executor {
  grownBytes = 0
  #firstBytes: number | undefined
  readonly #child: ChildProcess
  readonly #onExit: (error: Error) => void
  readonly #waiting = new Map<number, Waiting>()
  #last = 0
  #ended: Error | undefined
  #closing = false

  constructor(child: ChildProcess, onExit: (error: Error) => void) {
    this.#child = child
    this.#onExit = onExit
    killAtExit(child)
    child.on('message', ({ id, response, bytes }: ProcessResponse) => {
      this.#firstBytes ??= bytes
      this.grownBytes = bytes - this.#firstBytes
      this.#waiting.get(id)?.resolve(response)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) this.#hold(false)
    })
    child.on('error', (error) => {
      // A process that could not be started has no exit.
      if (child.pid === undefined) hasEnded(child)
      this.#end(error)
    })
    child.on('exit', (code, signal) => {
      hasEnded(child)
      this.#end(new Error(`the worker process ended with ${signal ?? `exit code ${code}`}`))
    })
    this.#hold(false)
  }

  run(request: WorkerRequest): Promise<BatchResponse> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    this.#last += 1
    const id = this.#last
    return new Promise((resolve, reject) => {
      const message: ProcessRequest = { id, request }
      try {
        // A row that can't be cloned fails at once and never reaches the worker; a broken pipe fails later.
        this.#child.send(message, (error) => {
          if (error !== null) this.#broken(id, error)
        })
      } catch (cause) {
        reject(uncloneable(cause))
        return
      }
      this.#waiting.set(id, { resolve, reject })
      this.#hold(true)
    })
  }

  refuse(): void {
    if (this.#ended === undefined && this.#child.connected) this.#child.send('refuse')
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return
    this.#closing = true
    const ended = new Promise<void>((resolve) => {
      this.#child.once('exit', () => resolve())
    })
    if (this.#child.connected) this.#child.disconnect()
    await ended
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** An idle process must not keep ours alive. */
  #hold(busy: boolean): void {
    if (busy) {
      this.#child.ref()
      this.#child.channel?.ref()
    } else {
      this.#child.unref()
      this.#child.channel?.unref()
    }
  }

  #broken(id: number, cause: Error): void {
    this.#waiting.get(id)?.reject(this.#ended ?? cause)
    this.#waiting.delete(id)
  }

  #end(error: Error): void {
    if (this.#ended !== undefined) return
    this.#ended = error
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
    if (!this.#closing) this.#onExit(error)
  }
}
