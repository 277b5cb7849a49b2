import { InvalidArgumentError } from '../../kernel/errors.ts'
import type { Host } from '../../ports/host.ts'

/** Names of the pipelines of each system that have not stopped. */
const running = new WeakMap<Host, Set<string>>()

/**
 * Takes a pipeline's name within its system; the function that it returns frees it.
 *
 * @throws InvalidArgumentError (`invalid-argument`): a pipeline of that name is running.
 */
export function claimName(host: Host, name: string): () => void {
  const names = running.get(host) ?? new Set()
  running.set(host, names)
  if (names.has(name)) {
    throw new InvalidArgumentError(`a pipeline '${name}' is already running`, {
      path: 'name',
      value: name,
      remedy: 'Ask the running one, or give this one another name: paths, ledger and metrics use it',
    })
  }
  names.add(name)
  return () => {
    names.delete(name)
  }
}
