import type { Histogram } from './histogram.ts'

export type Labels = Readonly<Record<string, string>>

/** A sample's labels and value. */
export type Sample = readonly [labels: Labels, value: number]

/** The octaves of microseconds that the buckets of a histogram end at: 1 ms to 67 s by fours. */
const OCTAVES = [10, 12, 14, 16, 18, 20, 22, 24, 26]

/** Series that one histogram takes. */
export const HISTOGRAM_SERIES = OCTAVES.length + 3

/** Text for Prometheus, family by family (format 0.0.4). */
export class Exposition {
  readonly #lines: string[] = []
  #series = 0

  get series(): number {
    return this.#series
  }

  counter(name: string, help: string, samples: Iterable<Sample>): void {
    this.#family(name, help, 'counter', samples)
  }

  gauge(name: string, help: string, samples: Iterable<Sample>): void {
    this.#family(name, help, 'gauge', samples)
  }

  /** Histograms in seconds. Without `buckets` only their sums and counts. */
  histogram(
    name: string,
    help: string,
    histograms: Iterable<readonly [Labels, Histogram]>,
    buckets = true,
  ): void {
    const lines: string[] = []
    for (const [labels, histogram] of histograms) {
      const { count, sumMs } = histogram
      if (buckets) {
        for (const k of OCTAVES) {
          const le = String(2 ** k / 1e6)
          lines.push(`${name}_bucket${labelled({ ...labels, le })} ${histogram.upTo(k)}`)
        }
        lines.push(`${name}_bucket${labelled({ ...labels, le: '+Inf' })} ${count}`)
      }
      lines.push(
        `${name}_sum${labelled(labels)} ${sumMs / 1000}`,
        `${name}_count${labelled(labels)} ${count}`,
      )
    }
    this.#add(name, help, buckets ? 'histogram' : 'summary', lines)
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`
  }

  /** Samples of the same labels are added up: a series must not come twice. */
  #family(name: string, help: string, type: string, samples: Iterable<Sample>): void {
    const series = new Map<string, number>()
    for (const [labels, value] of samples) {
      const key = labelled(labels)
      series.set(key, value + (series.get(key) ?? 0))
    }
    const lines = [...series].map(([key, value]) => `${name}${key} ${shown(value)}`)
    this.#add(name, help, type, lines)
  }

  #add(name: string, help: string, type: string, lines: readonly string[]): void {
    if (lines.length === 0) return
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines)
    this.#series += lines.length
  }
}

function shown(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return Number.isNaN(value) ? 'NaN' : String(value)
}

function labelled(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
