import { existsSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { messageOfError } from '../kernel/errors.ts'
import { UsageError } from './exit.ts'

/** Before hours of work are spent on it: the folder of `--html FILE` must exist. @throws UsageError (`usage`) */
export function checkReportFile(file: string | undefined): void {
  if (file !== undefined && !existsSync(dirname(resolve(file)))) throw unwritable(file, 'no such folder')
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
    'Name a file in a folder that exists',
  )
}
