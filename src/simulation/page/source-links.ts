import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Opens a line in VS Code, which every system asks before it does. */
export const EDITOR_LINK = 'vscode://file{file}:{line}:{column}'

/** A line of the author's code, and where it opens. */
export interface SourceLine {
  /** `payment.sim.ts:29` */
  readonly text: string
  /** The whole `file:line:column`. */
  readonly whole: string
  readonly link?: string
}

/** A place as it stands in a story, `file:line:column` or the same as a `file:` URL. */
export function sourceLine(place: string, template: string): SourceLine {
  const [, address, line, column] = /^(.+):(\d+):(\d+)$/.exec(place) ?? []
  if (address === undefined || line === undefined || column === undefined)
    return { text: place, whole: place }
  const file = pathOf(address)
  const values: Record<string, string> = {
    file: inUrl(file.startsWith('/') ? file : `/${file}`),
    path: inUrl(relative(process.cwd(), file)),
    line,
    column,
  }
  return {
    text: `${file.split(/[\\/]/).at(-1)}:${line}`,
    whole: `${file}:${line}:${column}`,
    link: template.replace(/\{(file|path|line|column)\}/g, (_, name: string) => values[name] ?? ''),
  }
}

function pathOf(address: string): string {
  if (!address.startsWith('file:')) return address
  try {
    return fileURLToPath(address)
  } catch {
    return address
  }
}

function inUrl(path: string): string {
  return path.split(/[\\/]/).map(encodeURIComponent).join('/')
}
