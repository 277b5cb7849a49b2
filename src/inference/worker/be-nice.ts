import { constants, getPriority, setPriority } from 'node:os'

/**
 * Makes the calling thread less urgent. Where models keep every core busy, the system would let the event loop wait for its
 * next slice of a core: a refusal then takes 5 to 10 ms on two cores.
 */
export function beNice(niceness: number): void {
  try {
    setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + niceness))
  } catch {
    // Where a container forbids it, workers stay as urgent as the rest.
  }
}
