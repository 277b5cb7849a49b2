import { InvalidArgumentError } from '../../kernel/errors.ts'

/** @throws InvalidArgumentError (`invalid-argument`) unless they are `dimensions` finite numbers */
export function checkFeatures(given: ArrayLike<number>, dimensions: number, path: string): Float64Array {
  const features = new Float64Array(given)
  let finite = features.length === dimensions
  for (let at = 0; at < features.length && finite; at++) finite = Number.isFinite(features[at])
  if (finite) return features
  throw new InvalidArgumentError(
    `${path}.features returned ${features.length} numbers, not ${dimensions} finite ones`,
    {
      path: `${path}.features`,
      value: [...features],
      remedy: `Return ${dimensions} finite numbers for every message`,
    },
  )
}
