import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder, with those above it. Resolves to the outermost that was missing, or to undefined. Rejects with the system's error of the
 * outermost that can't be made. (The recursive `mkdir` of Node.js names the innermost, and in /proc it never ends.)
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await made(path)
  } catch (error) {
    const above = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error
    const outermost = await makeFolder(above)
    const own = await made(path)
    return outermost ?? own
  }
}

/** Undefined for a folder that is there. */
async function made(path: string): Promise<string | undefined> {
  try {
    await mkdir(path)
    return path
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(path)).isDirectory()
    if (!isThere) throw error
    return undefined
  }
}
