import type { Overflow } from './mailbox.ts'

/** What happens to a message that reaches a mailbox. */
export type Admission = 'take' | 'wait' | 'refuse' | 'shed-oldest' | 'shed-newest'

/**
 * The one rule of admission, for actors and stages, straight from a sender or from a network.
 *
 *   full   overflow        may wait        may not
 *   no     any             take            take
 *   yes    reject          refuse          refuse
 *   yes    backpressure    wait            refuse
 *   yes    drop-oldest     shed-oldest     shed-oldest
 *   yes    drop-newest     shed-newest     shed-newest
 */
export function admission(full: boolean, overflow: Overflow, mayWait: boolean): Admission {
  if (!full) return 'take'
  switch (overflow) {
    case 'drop-oldest':
      return 'shed-oldest'
    case 'drop-newest':
      return 'shed-newest'
    case 'backpressure':
      return mayWait ? 'wait' : 'refuse'
    case 'reject':
      return 'refuse'
  }
}
