import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { messageOfError } from '../kernel/errors.ts'
import { UsageError } from './exit.ts'

/** Before hours of work are spent on it: `--html FILE` must be a file that can be written. @throws UsageError (`usage`) */
export function checkReportFile(file: string | undefined): void {
  if (file === undefined) return
  const path = resolve(file)
  if (!isFolder(dirname(path))) throw unwritable(file, 'no such folder')
  if (isFolder(path)) throw unwritable(file, 'it is a folder')
  try {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK)
  } catch (cause) {
    throw unwritable(file, messageOfError(cause))
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

/** @throws UsageError (`usage`) for a file that can't be written. */
export function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw unwritable(file, messageOfError(cause))
  }
}

function unwritable(file: string, why: string): UsageError {
  return new UsageError(
    `'${file}' can't be written: ${why}`,
    '--html',
    file,
    'Name a file in a folder that exists, where you may write',
  )
}
