import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../exit.ts'

const MAGIC = /[*?{]/

/** The files that names and patterns mean, each once. Most shells replace patterns themselves; scripts and CI files quote them. */
export function filesOf(given: readonly string[]): readonly string[] {
  const files = given.flatMap((name) => (MAGIC.test(name) && !existsSync(name) ? matching(name) : [name]))
  return [...new Set(files)]
}

function matching(pattern: string): readonly string[] {
  const parts = pattern.split('/')
  const fixed = parts.findIndex((part) => MAGIC.test(part))
  const root = parts.slice(0, fixed).join('/') || (pattern.startsWith('/') ? '/' : '.')
  const rest = parts.slice(fixed)
  const depth = rest.includes('**') ? Number.POSITIVE_INFINITY : rest.length
  const matches = expressionOf(rest)
  const found = existsSync(root) ? below(root, '', depth).filter((path) => matches.test(path)) : []
  if (found.length > 0) return found.map((path) => join(root, path)).sort()
  throw new UsageError(`no file matches '${pattern}'`, 'FILE', pattern, 'Name files, or a pattern of some')
}

/** Paths of all files below a folder, without what is hidden or installed. */
function below(root: string, folder: string, depth: number): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') return []
    const path = `${folder}${entry.name}`
    if (!entry.isDirectory()) return [path]
    return depth > 1 ? below(root, `${path}/`, depth - 1) : []
  })
}

function expressionOf(parts: readonly string[]): RegExp {
  const source = parts.map((part, i) => {
    const last = i === parts.length - 1
    if (part === '**') return last ? '.+' : '(?:[^/]+/)*'
    return inFolder(part) + (last ? '' : '/')
  })
  return new RegExp(`^${source.join('')}$`, 'u')
}

/** `*` and `?` for letters, `{a,b}` for one of several. */
function inFolder(part: string): string {
  return part.replace(/\{([^{}]*)\}|[*?]|[\\^$.|+()[\]{}]/gu, (sign, choice: string | undefined) => {
    if (choice !== undefined) return `(?:${choice.split(',').map(inFolder).join('|')})`
    if (sign === '*') return '[^/]*'
    return sign === '?' ? '[^/]' : `\\${sign}`
  })
}
