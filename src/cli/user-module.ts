import { statSync } from 'node:fs'
import { register as registerHooks } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { messageOfError, text } from '../kernel/errors.ts'
import { runsTypeScript } from '../simulation/thread.ts'
import { UsageError } from './exit.ts'

/** Loads a module of the user's, TypeScript too. @throws UsageError (`usage`) with `remedy` where no module is named, or when it does not load. */
export async function loadModule(file: string, remedy: string): Promise<Readonly<Record<string, unknown>>> {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats?.isFile() !== true) {
    const what = stats === undefined ? `there is no file '${file}'` : `'${file}' is no file`
    throw new UsageError(what, 'FILE', file, remedy)
  }
  if (/\.[cm]?ts$/u.test(file) && !runsTypeScript()) await registerTypeScript(file)
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw new UsageError(
      `'${file}' does not load: ${messageOfError(cause)}${placeOf(cause)}`,
      'FILE',
      file,
      'Correct it',
    )
  }
}

/** The line that threw, or that is no JavaScript: the first in the stack that is a file. */
function placeOf(cause: unknown): string {
  const stack = text((cause as { stack?: unknown } | null | undefined)?.stack ?? '')
  const [, url, line] = /(file:\/\/[^\s()]+?):(\d+)/u.exec(stack) ?? []
  return url === undefined ? '' : ` (${relative('', fileURLToPath(url))}:${line})`
}

/**
 * Loads .ts files as modules, whatever their package.json says: without "type": "module" they would be CommonJS, which can't
 * require this package. As text, since hooks run in a thread of their own, which reads no TypeScript.
 */
const HOOKS = `
const isTs = (url) => /^file:.*\\.ts(?:\\?|$)/u.test(url) && !url.includes('/node_modules/')
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  return isTs(found.url) ? { ...found, format: 'module' } : found
}
export function load(url, context, next) {
  return next(url, isTs(url) ? { ...context, format: 'module' } : context)
}
`

/** Node 20 does not read TypeScript; tsx adds that where the project has it. */
async function registerTypeScript(file: string): Promise<void> {
  const name = 'tsx/esm/api'
  try {
    // The package's own modules before: the loader takes as long for each of those as for one of TypeScript.
    const [tsx] = (await Promise.all([import(name), import('../index.ts')])) as [
      { register: () => void },
      unknown,
    ]
    tsx.register()
  } catch {
    throw new UsageError(
      `this Node does not read TypeScript: '${file}'`,
      'FILE',
      file,
      'Install tsx beside ganglion (npm i -D tsx), use Node 22.18 or later, or use a JavaScript module',
    )
  }
  registerHooks(`data:text/javascript,${encodeURIComponent(HOOKS)}`)
}
