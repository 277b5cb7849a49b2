import type { FaultKind } from './faults.ts'

/** The name of the judgement on a run that has aimed at nothing. */
export const AIMED = 'aimed faults strike'

/** A fault that the scenario itself requests: it strikes at the next opportunity. */
export interface Target {
  readonly about: string
  readonly kind: FaultKind
  readonly value: number
}

/**
 * What a scenario aims at: faults for an actor, crashes and partitions at a time, edges that are remote. An aim that never
 * strikes tests nothing, which is as bad as a test that never runs; most often its name is misspelt.
 */
export class Aims {
  readonly #known = new Set<string>()
  readonly #open = new Map<string, readonly string[]>()
  readonly #struck = new Set<string>()

  /** There is an actor, processor, store or model of this name. */
  met(name: string): void {
    this.#known.add(name)
  }

  /** Something is aimed at these names. Returns the call for when it strikes. */
  aim(what: string, names: readonly string[]): () => void {
    this.#open.set(what, names)
    return () => {
      this.#open.delete(what)
      this.#struck.add(what)
    }
  }

  /** What struck, and what did not with the reason. */
  result(): { readonly struck: readonly string[]; readonly missed: readonly (readonly [string, string])[] } {
    return {
      struck: [...this.#struck],
      missed: [...this.#open].map(([what, names]) => [what, this.#why(names)] as const),
    }
  }

  #why(names: readonly string[]): string {
    const known = [...this.#known].filter((name) => name !== 'outside')
    const strange = names.filter((name) => !known.some((one) => isCalled(one, name)) && name !== 'outside')
    if (strange.length === 0) return 'it had no opportunity'
    return `nothing is called '${strange.join("', '")}' (there is ${known.join(', ') || 'nothing at all'})`
  }
}

/** An aim that missed, in words. */
export function missedAim([what, why]: readonly [string, string]): string {
  return `${what} never struck: ${why}`
}

/** Whether an actor has this name; one that was spawned without a name has its definition's and a number. */
export function isCalled(actor: string | undefined, name: string): boolean {
  return actor === name || (actor?.startsWith(`${name}#`) ?? false)
}
