/** The candidates of one question: a row of features each, and whether it is right. */
export interface Choice {
  readonly rows: readonly (readonly number[])[]
  readonly right: readonly boolean[]
}

/**
 * Weights w that make the right candidates of each question likely: p(i) ∝ exp(w·row_i), fitted by Adam on the mean
 * of −log Σ_right p plus an L2 penalty on the standardised weights. Deterministic. Choices without a right candidate
 * teach nothing and are left out.
 */
export function fitSoftmax(
  choices: readonly Choice[],
  options: { l2?: number; steps?: number } = {},
): number[] {
  const { l2 = 1e-3, steps = 300 } = options
  const use = choices.filter((choice) => choice.right.includes(true))
  const width = use[0]?.rows[0]?.length ?? 0
  const { means, deviations } = spread(
    use.flatMap((choice) => choice.rows as number[][]),
    width,
  )
  const data = use.map((choice) => ({
    right: choice.right,
    rows: choice.rows.map((row) =>
      Float64Array.from(row, (x, j) => (x - (means[j] as number)) / (deviations[j] as number)),
    ),
  }))
  const w = minimise(width, steps, (w, gradient) => {
    for (const choice of data) addGradient(choice, w, gradient, 1 / data.length)
    for (let j = 0; j < width; j += 1) gradient[j] = (gradient[j] as number) + l2 * (w[j] as number)
  })
  return Array.from(w, (x, j) => x / (deviations[j] as number))
}

function addGradient(
  choice: { rows: readonly Float64Array[]; right: readonly boolean[] },
  w: Float64Array,
  gradient: Float64Array,
  share: number,
): void {
  const z = choice.rows.map((row) => dot(row, w))
  const most = Math.max(...z)
  const e = z.map((x) => Math.exp(x - most))
  const all = e.reduce((a, b) => a + b, 0)
  const right = e.reduce((a, b, i) => a + (choice.right[i] ? b : 0), 0)
  choice.rows.forEach((row, i) => {
    const error = ((e[i] as number) / all - (choice.right[i] ? (e[i] as number) / right : 0)) * share
    for (let j = 0; j < w.length; j += 1) gradient[j] = (gradient[j] as number) + error * (row[j] as number)
  })
}

/** Logistic regression with an intercept (last weight), fitted in the same way. */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly boolean[],
  options: { l2?: number; steps?: number; importance?: readonly number[] } = {},
): number[] {
  const { l2 = 1e-3, steps = 500, importance } = options
  const width = rows[0]?.length ?? 0
  const { means, deviations } = spread(rows, width)
  const data = rows.map((row) =>
    Float64Array.from([...row.map((x, j) => (x - (means[j] as number)) / (deviations[j] as number)), 1]),
  )
  const total = importance?.reduce((a, b) => a + b, 0) ?? rows.length
  const w = minimise(width + 1, steps, (w, gradient) => {
    data.forEach((row, i) => {
      const error =
        ((1 / (1 + Math.exp(-dot(row, w))) - (labels[i] ? 1 : 0)) * (importance?.[i] ?? 1)) / total
      for (let j = 0; j <= width; j += 1) gradient[j] = (gradient[j] as number) + error * (row[j] as number)
    })
    for (let j = 0; j < width; j += 1) gradient[j] = (gradient[j] as number) + l2 * (w[j] as number)
  })
  const plain = Array.from(w.subarray(0, width), (x, j) => x / (deviations[j] as number))
  const shift = plain.reduce((sum, x, j) => sum + x * (means[j] as number), 0)
  return [...plain, (w[width] as number) - shift]
}

/** Adam (Kingma & Ba 2015) with a full batch. */
function minimise(
  width: number,
  steps: number,
  addTo: (w: Float64Array, gradient: Float64Array) => void,
): Float64Array {
  const w = new Float64Array(width)
  const m = new Float64Array(width)
  const v = new Float64Array(width)
  for (let step = 1; step <= steps; step += 1) {
    const gradient = new Float64Array(width)
    addTo(w, gradient)
    for (let j = 0; j < width; j += 1) {
      const g = gradient[j] as number
      m[j] = 0.9 * (m[j] as number) + 0.1 * g
      v[j] = 0.99 * (v[j] as number) + 0.01 * g * g
      const move =
        (m[j] as number) / (1 - 0.9 ** step) / (Math.sqrt((v[j] as number) / (1 - 0.99 ** step)) + 1e-8)
      w[j] = (w[j] as number) - 0.05 * move
    }
  }
  return w
}

export function spread(
  rows: readonly (readonly number[])[],
  width: number,
): { means: number[]; deviations: number[] } {
  const means = new Array<number>(width).fill(0)
  const squares = new Array<number>(width).fill(0)
  for (const row of rows)
    for (let j = 0; j < width; j += 1) means[j] = (means[j] as number) + (row[j] as number) / rows.length
  for (const row of rows) {
    for (let j = 0; j < width; j += 1)
      squares[j] = (squares[j] as number) + ((row[j] as number) - (means[j] as number)) ** 2 / rows.length
  }
  return { means, deviations: squares.map((square) => Math.sqrt(square) || 1) }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number)
  return sum
}
