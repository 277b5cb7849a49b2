import type { Limits } from '../limits.ts'

/** What one download is about. */
export interface Fetch {
  readonly name: string
  readonly version: string
  /** An empty folder, or one with what an earlier run left. */
  readonly folder: string
  readonly limits: Limits
  /** Hears of each file before its first byte, with the size where it is known. */
  readonly onBytes: (file: string, bytes: number, total: number | undefined) => void
}

/** How a hub lays its models out. */
export interface HubLayout {
  /** The versions of a model; undefined when the hub does not know it. */
  versions(name: string, limits: Limits): Promise<readonly string[] | undefined>
  /**
   * Puts a whole version into the folder, its card included.
   *
   * @returns false when the hub has no such version.
   */
  fetch(fetch: Fetch): Promise<boolean>
}
