import { access, constants, copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Who holds a lock that is a file. */
export interface LockHolder {
  readonly pid: number
  readonly host: string
  readonly token: string
}

/** This process as a holder; `token` is its own for each lock. */
export function ownHolder(token: string): LockHolder {
  return { pid: process.pid, host: hostname(), token }
}

/** File systems without hard links refuse them so. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Makes the lock with its holder in it, atomically. False: it is there already. Rejects with the file system's error. */
export async function madeLock(path: string, own: LockHolder): Promise<boolean> {
  // On a full disk too it is told that there is one.
  if (await isThere(path)) return false
  const draft = `${path}.${own.token}`
  try {
    await writeFile(draft, JSON.stringify(own), { flag: 'wx' })
    // Somebody who finds a lock that is made and not written yet would take it for that of a dead process.
    const linked = await link(draft, path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (NO_LINKS.has(error.code)) return false
        throw error
      },
    )
    return linked || (await copied(draft, path, own))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Not atomic: whoever finds the lock before it is written, and finds it so again a while later, takes it for a dead one and puts another in its place.
 * Where there are no hard links, two may have it if a process stands still for so long in the midst of this.
 */
async function copied(draft: string, path: string, own: LockHolder): Promise<boolean> {
  await copyFile(draft, path, constants.COPYFILE_EXCL)
  return (await lockHolder(path))?.token === own.token
}

/** Whether a file is there. */
function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Undefined where there is no lock, or none that can be read. */
export async function lockHolder<H extends LockHolder>(path: string): Promise<H | undefined> {
  return holderIn<H>(await readFile(path, 'utf8').catch(() => ''))
}

/** The holder that the text of a lock names; undefined where it names none. */
export function holderIn<H extends LockHolder>(text: string): H | undefined {
  try {
    const holder = JSON.parse(text) as H | null
    return typeof holder?.pid === 'number' && typeof holder.host === 'string' ? holder : undefined
  } catch {
    return undefined
  }
}

/**
 * The text of a lock; undefined where there is none. One read says both: a lock that one look misses and the next one finds is a new one,
 * not one that names nobody. Rejects with the file system's error.
 */
export async function lockText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Removes the lock, unless somebody else has taken it over. Rejects with the file system's error. */
export async function releaseLock(path: string, token: string): Promise<void> {
  // What can't be read, as where no more files may be opened, is still its own: nobody takes over the lock of a living process.
  const text = await lockText(path).catch(() => null)
  if (text === null || holderIn(text ?? '')?.token === token) await rm(path, { force: true })
}

/** Where a lock that is being taken over has the lock of whoever does so. */
export function turnOf(path: string): string {
  return `${path}.taking`
}

/**
 * Puts the own lock in the place of a dead one. Of several processes that do so at once one gets true: they take turns, and each
 * looks again in its turn. A turn whose process died is taken over in the same way. Rejects with the file system's error.
 */
export async function tookOver(
  path: string,
  own: LockHolder,
  isDead: (path: string) => Promise<boolean>,
): Promise<boolean> {
  const turn = turnOf(path)
  const mine = (await madeLock(turn, own)) || ((await isDead(turn)) && (await tookOver(turn, own, isDead)))
  if (!mine) return false
  const draft = `${path}.${own.token}`
  try {
    if (!(await isDead(path))) return false
    await writeFile(draft, JSON.stringify(own), { flag: 'wx' })
    await rename(draft, path)
    return true
  } finally {
    await rm(draft, { force: true }).finally(() => releaseLock(turn, own.token))
  }
}

/** Whether a process of this machine lives; one that belongs to another user does. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
