/** XState, once it has been loaded: later instances start at once. */
let loaded: typeof import('xstate') | undefined

export function loadedMachines(): typeof import('xstate') | undefined {
  return loaded
}

/** Goes on with XState, at once if it has been loaded. */
export function whenLoaded(start: (xstate: typeof import('xstate')) => void): void | Promise<void> {
  return loaded === undefined ? loadMachines().then(start) : start(loaded)
}

/** Loads XState beforehand, so that every instance starts at once: virtual time does not wait for a file. */
export async function loadMachines(): Promise<typeof import('xstate')> {
  loaded = await import('xstate')
  return loaded
}

/**
 * XState calls its observers at any time and rethrows their errors outside any caller: an ended instance must do
 * nothing.
 */
export function whileAlive(act: () => void): void {
  try {
    act()
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'stale-context') throw error
  }
}
