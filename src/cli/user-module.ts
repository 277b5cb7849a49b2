import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOfError } from '../kernel/errors.ts'
import { runsTypeScript } from '../simulation/threads.ts'
import { UsageError } from './exit.ts'

/** Loads a module of the user's, TypeScript too. @throws UsageError (`usage`) with `remedy` when it does not load. */
export async function loadModule(file: string, remedy: string): Promise<Readonly<Record<string, unknown>>> {
  if (/\.[cm]?ts$/u.test(file) && !runsTypeScript()) await registerTypeScript(file)
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    const what = messageOfError(cause)
    // A .ts file of a package without "type": "module" is CommonJS, and this package is not.
    const hint = /require\(\) (?:of )?ES Module|ERR_REQUIRE_/u.test(what)
      ? 'Name it .mts, or write "type": "module" into its package.json'
      : remedy
    throw new UsageError(`'${file}' does not load: ${what}`, 'FILE', file, hint)
  }
}

/** Node 20 does not read TypeScript; tsx adds that where the project has it. */
async function registerTypeScript(file: string): Promise<void> {
  const name = 'tsx/esm/api'
  try {
    const { register } = (await import(name)) as { register: () => void }
    register()
  } catch {
    throw new UsageError(
      `this Node does not read TypeScript: '${file}'`,
      'FILE',
      file,
      'Install tsx beside ganglion (npm i -D tsx), use Node 22.18 or later, or use a JavaScript module',
    )
  }
}
