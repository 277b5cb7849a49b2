import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { globSync, isDynamicPattern } from 'tinyglobby'
import { UsageError } from '../exit.ts'

/** The files that names and patterns mean, each once. Most shells replace patterns themselves; scripts and CI files quote them. */
export function filesOf(given: readonly string[]): readonly string[] {
  const files = given.flatMap((name) =>
    isDynamicPattern(name) && !existsSync(name) ? matching(name) : [name],
  )
  return [...new Set(files)]
}

/** Without what is hidden or installed. */
function matching(pattern: string): readonly string[] {
  const options = { ignore: '**/node_modules/**', expandDirectories: false, absolute: isAbsolute(pattern) }
  // What is ignored is so only below the working folder.
  const found = globSync(pattern, options).filter((path) => !path.split('/').includes('node_modules'))
  if (found.length > 0) return found.sort()
  throw new UsageError(`no file matches '${pattern}'`, 'FILE', pattern, 'Name files, or a pattern of some')
}
