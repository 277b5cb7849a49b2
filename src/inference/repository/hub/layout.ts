import type { Limits } from '../limits.ts'

/** One download. */
export interface Fetch {
  readonly name: string
  readonly version: string
  /** An empty folder, or one with the files of an earlier run. */
  readonly folder: string
  readonly limits: Limits
  /** Called for each file before its first byte, with the size if known. */
  readonly onBytes: (file: string, bytes: number, total: number | undefined) => void
}

/** How a hub arranges its models. */
export interface HubLayout {
  /** The versions of a model; undefined when the hub does not know it. */
  versions(name: string, limits: Limits): Promise<readonly string[] | undefined>
  /**
   * Downloads a whole version into the folder, its card included.
   *
   * @returns false if the hub has no such version.
   */
  fetch(fetch: Fetch): Promise<boolean>
}
