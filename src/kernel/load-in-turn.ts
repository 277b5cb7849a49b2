import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Loads a compiled module and all its imports, one file after the other; a later `import()` finds them loaded. `import()` alone opens
 * the files of a large module all at once, and fails with `EMFILE` where a process may open few (`ulimit -n 64`).
 *
 * Does nothing from the sources: only their loader reads TypeScript.
 */
export function loadInTurn(module: URL): void {
  if (import.meta.url.endsWith('.js')) createRequire(module)(fileURLToPath(module))
}
