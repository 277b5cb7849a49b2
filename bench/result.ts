import { cpus } from 'node:os'

/** One measured figure. `ratio` compares it with the result `of` in the same run, because ratios depend less on the machine. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly ratio?: number
  readonly of?: string
}

/** A suite is a module with `run`; `quick` asks for the smallest sizes that still prove that it works. */
export interface Suite {
  run(options: { readonly quick: boolean; readonly argv: readonly string[] }): Promise<readonly BenchResult[]>
}

/** The middle of all; the upper of two; NaN of none. */
export function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN
}

/** One JSON document on stdout, or a table for people. */
export function print(suite: string, results: readonly BenchResult[], json: boolean): void {
  const cpu = cpus()[0]?.model ?? 'unknown'
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ suite, node: process.version, cpu, cores: cpus().length, results })}\n`,
    )
    return
  }
  const rows = results.map(({ name, value, unit, ratio, of }) => [
    name,
    readable(value),
    unit,
    ratio === undefined ? '' : `${ratio.toFixed(2)} × ${of}`,
  ])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  process.stdout.write(`${suite} · Node ${process.version} · ${cpu}, ${cpus().length} cores\n\n`)
  for (const [name = '', value = '', unit = '', ratio = ''] of rows) {
    const line = `${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${unit.padEnd(widths[2] ?? 0)}  ${ratio}`
    process.stdout.write(`${line.trimEnd()}\n`)
  }
}

function readable(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 3)
}
