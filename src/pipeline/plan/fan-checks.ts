import { demand, entriesIn, methods, shown } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { INPUT, type MergeNode, type Plan } from './plan.ts'
import type { StageOptions } from './stage-options.ts'
import type { JoinOptions } from './step-options.ts'

/** What a fan says about its branches. */
export interface FanOf {
  readonly weights: Readonly<Record<string, number>>
  readonly policies: Readonly<Record<string, StageOptions | undefined>>
  readonly route: MergeNode['route']
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the branch or the option. */
export function checkBranches(
  plan: Plan,
  names: readonly string[],
  { weights, policies, route }: FanOf,
): void {
  const path = `${plan.name}.fan`
  if (names.length === 0) throw nothing(path, names)
  for (const name of names) {
    if (name === INPUT || plan.nodes.some((node) => node.name === name)) {
      throw new InvalidArgumentError(`${path}.${name} is already a name in the pipeline`, {
        path: `${path}.${name}`,
        value: name,
        remedy: 'Use another key for the branch: it is its name in the routing matrix',
      })
    }
  }
  for (const [name, weight] of entriesIn(weights, `${path}.weights`, 'numbers by branch')) {
    if (names.includes(name) && Number.isFinite(weight) && weight >= 0) continue
    throw new InvalidArgumentError(
      `${path}.weights.${name} is ${shown(weight)}, of branches ${names.join(', ')}`,
      {
        path: `${path}.weights.${name}`,
        value: weight,
        remedy: 'Use a non-negative number for a branch of this fan',
      },
    )
  }
  for (const [name, policy] of entriesIn(policies, `${path}.policies`, 'settings by branch'))
    if (!names.includes(name)) throw noBranch(`${path}.policies.${name}`, policy, names)
  if (route !== undefined) checkRoute(route, `${path}.route`)
}

/** @throws InvalidArgumentError (`invalid-argument`) */
function checkRoute(route: NonNullable<MergeNode['route']>, path: string): void {
  const what = 'a policy, such as all() or conditional()'
  methods(route, path, what, ['open', 'toJSON'])
  demand(route, path, what, ({ names }) => names.every((name) => typeof name === 'string'))
}

/** @throws InvalidArgumentError (`invalid-argument`) for a default of an unknown branch */
export function defaultsOf(
  plan: Plan,
  names: readonly string[],
  { onMissing }: JoinOptions,
): Pick<MergeNode, 'defaults'> {
  const path = `${plan.name}.merge.onMissing`
  const what = "'fail', 'partial' or { default: { branch: value } }"
  demand(
    onMissing,
    path,
    what,
    (given) => given === undefined || given === 'fail' || given === 'partial' || 'default' in given,
  )
  if (typeof onMissing !== 'object') return {}
  onlyOptions(onMissing, path, ['default'])
  const defaults = entriesIn(onMissing.default, `${path}.default`, 'values by branch')
  for (const [name, value] of defaults)
    if (!names.includes(name)) throw noBranch(`${path}.default.${name}`, value, names)
  return { defaults: Object.fromEntries(defaults) }
}

function noBranch(path: string, value: unknown, names: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError(`${path} is not for any of ${names.join(', ')}`, {
    path,
    value,
    remedy: 'Name a branch of this fan',
  })
}

export function nothing(path: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${path} has no branches`, { path, value, remedy: 'Pass at least one' })
}
