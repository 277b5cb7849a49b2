import { entriesIn } from '../../kernel/demand.ts'
import { InvalidArgumentError, text } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'

/**
 * A branch that is left out while runs wait: `'under-load'`, or what it is worth beside the others (default 1). The branch
 * with the least worth for the time that it takes goes first.
 */
export type OptionalBranch = 'under-load' | { readonly worth: number }

/** Worth by branch. @throws InvalidArgumentError (`invalid-argument`) for a name of no branch, or a worth that is not above 0 */
export function worthOf(
  given: Readonly<Record<string, OptionalBranch>> | undefined,
  branches: readonly string[],
  path: string,
): Readonly<Record<string, number>> | undefined {
  if (given === undefined) return undefined
  const entries = entriesIn<string, OptionalBranch>(given, path, 'optional branches, by name')
  return Object.fromEntries(
    entries.map(([branch, how]) => {
      if (how !== 'under-load') onlyOptions(how ?? null, `${path}.${branch}`, ['worth'])
      const worth = how === 'under-load' ? 1 : how.worth
      if (branches.includes(branch) && typeof worth === 'number' && worth > 0) return [branch, worth]
      throw new InvalidArgumentError(
        `${path}.${branch} is ${text(how)}, of branches ${branches.join(', ')}`,
        {
          path: `${path}.${branch}`,
          value: how,
          remedy: "Use 'under-load' or { worth: 2 } for a branch of this fan",
        },
      )
    }),
  )
}
