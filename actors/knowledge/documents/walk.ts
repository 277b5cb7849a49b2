import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { DocumentsError } from './errors.ts'

/** What is read; everything else is left alone. */
export const EXTENSIONS: ReadonlySet<string> = new Set(['.md', '.markdown', '.txt', '.html', '.htm', '.json'])

const LEFT_OUT = new Set(['node_modules'])

/** A file that was found but can't be read, and why. */
export interface Skipped {
  readonly file: string
  readonly reason: string
}

export interface Walk {
  /** Paths below the folder with forward slashes, sorted. */
  readonly files: readonly string[]
  readonly skipped: readonly Skipped[]
}

/**
 * The documents below a folder (or the one file that `path` is). Hidden entries and node_modules are left out; a link
 * that leads back to a folder on its own way is not followed.
 *
 * @throws DocumentsError (`docs-missing`, `docs-unreadable`)
 */
export async function walk(path: string): Promise<Walk> {
  const entry = await stat(path).catch((cause: unknown) => {
    throw new DocumentsError(
      'docs-missing',
      `there is no folder ${path}`,
      path,
      'Give a folder with documents: --docs DIR',
      cause,
    )
  })
  if (entry.isFile()) return { files: [''], skipped: [] }
  const files: string[] = []
  const skipped: Skipped[] = []
  const open = async (below: string, way: readonly string[]): Promise<void> => {
    const folder = join(path, below)
    const real = await realpath(folder)
    if (way.includes(real)) return
    const entries = await readdir(folder, { withFileTypes: true })
    for (const one of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (one.name.startsWith('.') || LEFT_OUT.has(one.name)) continue
      const file = below === '' ? one.name : `${below}/${one.name}`
      const kind = await kindOf(one, join(path, file))
      if (kind === 'folder') {
        await open(file, [...way, real]).catch((error: unknown) => {
          skipped.push({ file: `${file}/`, reason: `folder can't be read (${codeOf(error)})` })
        })
      } else if (kind === 'file' && EXTENSIONS.has(extname(one.name).toLowerCase())) files.push(file)
    }
  }
  try {
    await open('', [])
  } catch (cause) {
    throw new DocumentsError(
      'docs-unreadable',
      `the folder ${path} can't be read (${codeOf(cause)})`,
      path,
      'Check its permissions',
      cause,
    )
  }
  return { files, skipped }
}

async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | 'other'> {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  if (!entry.isSymbolicLink()) return 'other'
  return stat(path).then(
    (target) => (target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other'),
    () => 'other' as const,
  )
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : String(error)
}
