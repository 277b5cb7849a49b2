import { lineChart } from '../charts/line-chart.ts'

const MB = 1e6

/** The memory of the process at one moment, in bytes; `heapUsed`, `external` and `arrayBuffers` are the main thread's. */
export interface Sample {
  readonly second: number
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
  readonly arrayBuffers: number
  /** Rows computed until then. */
  readonly rows: number
}

export function sampleNow(second: number, rows: number): Sample {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage()
  return { second, rss, heapUsed, external, arrayBuffers, rows }
}

/** The samples of an earlier run, one per line. */
export function samplesIn(text: string): Sample[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample)
}

/** The course of one figure after the warm-up (the first third). */
export interface Trend {
  /** Least squares, in MB (10^6 bytes) a minute. */
  readonly mbPerMinute: number
  readonly minMb: number
  readonly maxMb: number
}

export function trend(samples: readonly Sample[], of: (sample: Sample) => number): Trend {
  const late = samples.slice(Math.floor(samples.length / 3))
  const xs = late.map(({ second }) => second / 60)
  const ys = late.map((sample) => of(sample) / MB)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(xs), mean(ys)]
  const above = xs.reduce((sum, at, i) => sum + (at - x) * ((ys[i] as number) - y), 0)
  const below = xs.reduce((sum, at) => sum + (at - x) ** 2, 0)
  return { mbPerMinute: above / below, minMb: Math.min(...ys), maxMb: Math.max(...ys) }
}

/** RSS, heap and external memory by minute; of `beside`, another run of equal length, only RSS is drawn. */
export function memoryChart(
  title: string,
  samples: readonly Sample[],
  beside: readonly Sample[] = [],
): string {
  const curve = (name: string, of: (sample: Sample) => number) => ({
    name: `${name} MB`,
    values: Float64Array.from(samples, (sample) => of(sample) / MB),
  })
  const most = Math.max(...[...samples, ...beside].map(({ rss }) => rss)) / MB
  return lineChart(
    title,
    [
      curve('RSS', ({ rss }) => rss),
      curve('main heap', ({ heapUsed }) => heapUsed),
      curve('main external', ({ external }) => external),
      ...(beside.length === 0
        ? []
        : [
            {
              name: 'RSS by default',
              values: Float64Array.from(samples, (_, at) => (beside[at]?.rss ?? Number.NaN) / MB),
              dashed: true,
            },
          ]),
    ],
    {
      xMax: (samples.at(-1)?.second ?? 0) / 60,
      xLabel: 'minutes at full load',
      yMax: Math.ceil(most / 200) * 200,
      yLabel: 'memory, MB',
      points: samples.length,
    },
  )
}
