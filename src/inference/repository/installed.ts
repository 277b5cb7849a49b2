import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const PREFIX = 'ganglion-model-'

/** The model packages that a module could import: every `ganglion-model-NAME` in the package folders above it. */
export async function foldersOf(module: string): Promise<{ name: string; folder: string }[]> {
  const found: { name: string; folder: string }[] = []
  for (const packages of createRequire(module).resolve.paths(PREFIX) ?? []) {
    for (const name of await readdir(packages).catch(() => [])) {
      if (name.startsWith(PREFIX))
        found.push({ name: name.slice(PREFIX.length), folder: join(packages, name) })
    }
  }
  return found
}
