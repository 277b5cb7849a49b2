import { nearest } from '../kernel/only-options.ts'
import type { FaultKind, FaultPoint } from './faults.ts'

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
  /** Names of points of `maybe`, and of definitions: rates can name them, aims can't. */
  readonly #points = new Set<string>()
  readonly #definitions = new Set<string>()
  readonly #rates: {
    readonly label: string
    readonly names: readonly string[]
    readonly point: FaultPoint
  }[] = []
  readonly #open = new Map<string, readonly string[]>()
  readonly #struck = new Set<string>()

  /** There is an actor, processor, store or model of this name. */
  met(name: string): void {
    this.#known.add(name)
  }

  /** There is a site of these names at this point. */
  metSite(point: FaultPoint, about: readonly string[]): void {
    const known = this.#namesAt(point)
    if (point !== 'step') for (const name of about) known.add(name)
  }

  /** A rate is for a place of these names: unlike an aim it may miss, but there must be such a place. */
  rate(label: string, point: FaultPoint, names: readonly string[]): void {
    this.#rates.push({ label, point, names })
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
    const struck = [...this.#struck]
    const missed = [...this.#open].map(([what, names]) => [what, this.#why(names, this.#known)] as const)
    for (const { label, point, names } of this.#rates) {
      const known = this.#namesAt(point)
      if (strangers(names, known).length === 0) struck.push(label)
      else missed.push([label, this.#why(names, known)])
    }
    return { struck, missed }
  }

  #namesAt(point: FaultPoint): Set<string> {
    if (point === 'maybe') return this.#points
    return point === 'spawn' ? this.#definitions : this.#known
  }

  #why(names: readonly string[], among: ReadonlySet<string>): string {
    const known = [...among].filter((name) => name !== 'outside')
    const strange = strangers(names, among)
    if (strange.length === 0) return 'it had no opportunity'
    const near = known.length === 0 ? '' : `; the nearest is '${nearest(strange[0] as string, known)}'`
    return `nothing is called '${strange.join("', '")}' (there is ${known.join(', ') || 'nothing at all'})${near}`
  }
}

/** The names that nothing has. */
function strangers(names: readonly string[], known: ReadonlySet<string>): string[] {
  return names.filter((name) => name !== 'outside' && ![...known].some((one) => isCalled(one, name)))
}

/** An aim that missed, in words. */
export function missedAim([what, why]: readonly [string, string]): string {
  return `${what} never struck: ${why}`
}

/** Whether an actor has this name; one that was spawned without a name has its definition's and a number. */
export function isCalled(actor: string | undefined, name: string): boolean {
  return actor === name || (actor?.startsWith(`${name}#`) ?? false)
}
