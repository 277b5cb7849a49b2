import { execFile } from 'node:child_process'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether this user may have a file system of its own: Linux, with `unshare` of util-linux, and namespaces of users allowed. */
export async function hasSmallDisks(): Promise<boolean> {
  return onSmallDisk(1, ['true']).then(
    () => true,
    () => false,
  )
}

/**
 * Runs a command on a real file system of so many megabytes, which ends with it: `$DISK` is its folder. Resolves to what the command
 * prints; rejects where it fails.
 */
export async function onSmallDisk(megabytes: number, command: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-disk-'))
  const script = `mount -t tmpfs -o size=${megabytes}m tmpfs "$DISK" && exec "$@"`
  try {
    const args = ['-rm', 'sh', '-c', script, 'sh', ...command]
    const { stdout } = await run('unshare', args, {
      env: { ...process.env, DISK: folder },
      maxBuffer: 2 ** 28,
    })
    return stdout
  } finally {
    await rmdir(folder)
  }
}
