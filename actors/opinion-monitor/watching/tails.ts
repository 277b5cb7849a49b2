/** P(X ≥ k) where X is binomial: n trials of chance q each. */
export function binomialTail(k: number, n: number, q: number): number {
  if (k <= 0) return 1
  if (k > n || q <= 0) return 0
  if (q >= 1) return 1
  let term = Math.exp(logChoose(n, k) + k * Math.log(q) + (n - k) * Math.log1p(-q))
  let sum = term
  for (let i = k + 1; i <= n; i++) {
    term *= ((n - i + 1) / i) * (q / (1 - q))
    sum += term
    if (term < sum * 1e-12) break
  }
  return Math.min(1, sum)
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}

/** Stirling's series; below 16 the recurrence Γ(x + 1) = x Γ(x) first. */
function logGamma(x: number): number {
  let [shift, z] = [0, x]
  while (z < 16) {
    shift += Math.log(z)
    z += 1
  }
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5)
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift
}

/** The value that a standard normal stays below with chance p (Acklam's rational approximation, error below 1.2e-9). */
export function normalQuantile(p: number): number {
  if (p < 0.02425) return lowTail(Math.sqrt(-2 * Math.log(p)))
  if (p > 1 - 0.02425) return -lowTail(Math.sqrt(-2 * Math.log(1 - p)))
  const q = p - 0.5
  const r = q * q
  const above =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239
  const below =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1
  return (above * q) / below
}

function lowTail(q: number): number {
  const above =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783
  const below =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
    1
  return above / below
}
