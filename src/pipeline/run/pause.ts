import type { Frame } from './frame.ts'
import type { Tag } from './run.ts'

/** One parcel of a paused run: where it is, by name. */
export interface Standing {
  readonly to: string
  readonly from: string
  readonly weight: number
  readonly body: unknown
  readonly signal: Tag['signal']
  readonly frame: Frame | undefined
  readonly error?: unknown
}

/** A run that is being paused: `ready` is called once nothing of it is running. */
export interface Pause {
  readonly parcels: Standing[]
  readonly ready: () => void
}
