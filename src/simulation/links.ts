import type { Load } from './loads.ts'
import type { Fault, Site } from './site.ts'

/** The link from a sender to a recipient. Messages in flight keep their order, unless a fault changes it. */
export interface Link {
  readonly from: string
  readonly to: string
  readonly site: Site<'send'>
  readonly latency: Site
  readonly replies: Site<'reply'>
  readonly replyLatency: Site
  /** Virtual time at which the last message in flight arrives. */
  lastDue: number
  underWay: number
  /** Virtual time until which a fault lets nothing through. */
  cutUntil: number
}

export type Carried = Pick<Load<never>, 'arrive' | 'lose' | 'again' | 'full' | 'frame'>

export interface Fate {
  readonly fault: Fault<'send'> | undefined
  readonly latency: number
}

/** A partition: nothing gets through. */
export const CUT: Fate = { fault: undefined, latency: 0 }

export interface Cut {
  readonly from: string
  readonly to: string
  /** Called when it stops a message. */
  readonly struck: () => void
}
