import { atOnce } from '../../kernel/callbacks.ts'
import { demand, methods } from '../../kernel/demand.ts'
import { GanglionError, InvalidArgumentError, isA, messageOfError } from '../../kernel/errors.ts'
import type { RouteChooser, RoutePolicy, RouteSite } from '../../routing/policy.ts'
import type { RouteChoice } from '../../routing/route-choice.ts'
import type { Fan } from '../run/layout.ts'

const CHOOSER = [
  'choose',
  'observe',
  'report',
  'save',
  'restore',
] as const satisfies readonly (keyof RouteChooser)[]

/** @throws InvalidArgumentError (`invalid-argument`): a policy of the user's own throws, or gives no chooser. */
export function opened(route: RoutePolicy<never, string>, site: RouteSite): RouteChooser {
  let given: unknown
  try {
    given = (route as RoutePolicy).open(site)
  } catch (cause) {
    throw new InvalidArgumentError(`the policy of '${site.path}' can't be opened: ${messageOfError(cause)}`, {
      path: `${site.path}.route`,
      value: route,
      remedy: 'Its open(site) must return a chooser',
      cause,
    })
  }
  return methods(
    atOnce(`${site.path}.route`, given as RouteChooser),
    `${site.path}.route`,
    'a policy whose open(site) returns a chooser',
    CHOOSER,
  )
}

/**
 * What a method of a policy gives, where its caller waits for it.
 *
 * @throws InvalidArgumentError (`invalid-argument`): a policy of the user's own threw something else, or gave a promise.
 */
export function ofPolicy<T>(fan: string, method: string, call: () => T): T {
  const path = `${fan}.route.${method}`
  try {
    return atOnce(path, call())
  } catch (cause) {
    if (isA(cause, GanglionError)) throw cause
    throw new InvalidArgumentError(`${method} of the policy of '${fan}' threw: ${messageOfError(cause)}`, {
      path,
      value: fan,
      remedy: 'See the cause, which the policy has thrown',
      cause,
    })
  }
}

/** @throws InvalidArgumentError (`invalid-argument`): a policy chose a place where no branch is, or one branch twice. */
export function checkChoice({ count, chosen }: RouteChoice, { merge, branches }: Fan): void {
  const places = chosen.subarray(0, count)
  demand(places, `${merge}.route`, `places of its ${branches.length} branches, each at most once`, () =>
    places.every((at, i) => at < branches.length && places.indexOf(at) === i),
  )
}
