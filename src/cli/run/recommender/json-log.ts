import { appendFile, readFile, truncate } from 'node:fs/promises'
import { writeWhole } from '../../../kernel/whole-file.ts'

/** A file of JSON lines to which one is added at a time. */
export class JsonLog {
  readonly #file: string
  /** The lines that it began with. */
  readonly lines: readonly string[]

  private constructor(file: string, lines: readonly string[]) {
    this.#file = file
    this.lines = lines
  }

  /** Cuts off a last line that a crash left without its end: the next one would be lost with it. */
  static async open(file: string): Promise<JsonLog> {
    const bytes = await bytesOf(file)
    const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
    if (whole.length < bytes.length) await truncate(file, whole.length)
    return new JsonLog(file, whole.toString('utf8').split('\n').slice(0, -1))
  }

  append(value: unknown): Promise<void> {
    return appendFile(this.#file, `${JSON.stringify(value)}\n`)
  }

  /** Whole or not at all. */
  replace(values: readonly unknown[]): Promise<void> {
    return writeWhole(this.#file, values.map((value) => `${JSON.stringify(value)}\n`).join(''))
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
