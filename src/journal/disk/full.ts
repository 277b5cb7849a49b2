const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'store-full'])

/** Whether an operation failed because the disk, or the share of it that this user may fill, is full. */
export function isFull(error: unknown): boolean {
  return FULL.has((error as { readonly code?: unknown } | undefined)?.code)
}
