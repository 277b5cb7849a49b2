/** The small part of XState's actor that is used here; its own types depend on the machine. */
export interface MachineActor {
  readonly sessionId: string
  readonly system: {
    readonly _snapshot: { readonly _scheduledEvents: Record<string, Scheduled> }
    readonly scheduler: { schedule: Schedule }
  }
  start(): void
  stop(): void
  send(event: object): void
  getSnapshot(): MachineSnapshot
  getPersistedSnapshot(): object
  subscribe(observer: { complete: () => void; error: (error: unknown) => void }): unknown
}

interface MachineSnapshot {
  readonly status: string
  readonly value: unknown
  readonly context: unknown
  readonly output?: unknown
  readonly error?: unknown
  /** Only machines have the following fields; other children do not. */
  readonly machine?: {
    readonly implementations: { readonly delays?: Readonly<Record<string, unknown>> }
  }
  readonly _nodes?: readonly { readonly after: readonly { eventType: string; delay: number | string }[] }[]
  readonly children?: Readonly<Record<string, MachineActor | undefined>>
}

/** What an event is answered with. */
export function lookOf(actor: MachineActor): object {
  const { status, value, context, output } = actor.getSnapshot()
  return { status, value, context, output }
}

interface MachineEvent {
  readonly type: string
}

type Schedule = (
  source: MachineActor,
  target: MachineActor,
  event: MachineEvent,
  delay: number,
  id?: string,
) => void

/** A delayed event as XState stores it. */
interface Scheduled {
  readonly source: MachineActor
  readonly target: MachineActor
  readonly event: MachineEvent
  readonly delay: number
  readonly id: string
  /** On our clock. */
  dueAt?: number
}

/** A delayed event as a snapshot stores it: plain data, with each actor as the path of ids from the root. */
interface Kept {
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly event: MachineEvent
  readonly id: string
  /** Milliseconds; null for a delay of a state that has already passed. */
  readonly left: number | null
}

/** Where a snapshot stores them. No XState field has this name. */
const DELAYS = '@delays'

/**
 * Records when each delayed event is due: XState gives our clock a delay but not its owner. An event without an id gets
 * a counted one, where XState would draw a random one.
 */
export function noteDueTimes({ system }: MachineActor, now: () => number): void {
  const { scheduler } = system
  const { schedule } = scheduler
  let last = 0
  scheduler.schedule = (source, target, event, delay, given) => {
    const events = system._snapshot._scheduledEvents
    let id = given
    while (id === undefined) {
      last += 1
      const next = `@unnamed ${last}`
      if (events[keyOf(source, next)] === undefined) id = next
    }
    schedule(source, target, event, delay, id)
    const scheduled = events[keyOf(source, id)]
    if (scheduled !== undefined) scheduled.dueAt = now() + delay
  }
}

/** XState's persisted snapshot, plus every delayed event with its remaining time; with a `now` of 0 that is when it is due. */
export function persisted(root: MachineActor, now: number): object {
  const snapshot = root.getPersistedSnapshot()
  const paths = pathsFrom(root)
  const kept: Kept[] = []
  const events = root.system._snapshot._scheduledEvents
  for (const { source, target, event, id, delay, dueAt } of Object.values(events)) {
    const from = paths.get(source)
    const to = paths.get(target)
    // An actor outside the machine can't be found again.
    if (from === undefined || to === undefined) continue
    kept.push({ from, to, event, id, left: dueAt === undefined ? delay : Math.max(0, dueAt - now) })
  }
  for (const [actor, from] of paths) {
    for (const { eventType: id } of afterOf(actor)) {
      if (events[keyOf(actor, id)] !== undefined) continue
      kept.push({ from, to: from, event: { type: id }, id, left: null })
    }
  }
  return { ...snapshot, [DELAYS]: kept }
}

/** The snapshot as XState takes it, and the events that {@link persisted} has added. */
export function withoutDelays(snapshot: object): { snapshot: object; kept: readonly Kept[] } {
  const { [DELAYS]: kept, ...rest } = snapshot as { [DELAYS]?: unknown }
  return { snapshot: rest, kept: Array.isArray(kept) ? kept : [] }
}

/**
 * XState sets the delays of a state when it is entered, and a restored state is not entered; its snapshot does not hold
 * them. Placed where its start looks for them, they are set: stored delays with their remaining time, and delays of a
 * state without stored ones at full length. Leaving the state cancels them.
 */
export function rearm(root: MachineActor, kept: readonly Kept[]): void {
  if (root.getSnapshot().status !== 'active') return
  const paths = pathsFrom(root)
  const byPath = new Map([...paths].map(([actor, path]) => [pathKey(path), actor]))
  const events = root.system._snapshot._scheduledEvents
  const known = new Set<string>()
  for (const { from, to, event, id, left } of kept) {
    const source = byPath.get(pathKey(from))
    const target = byPath.get(pathKey(to))
    if (source === undefined || target === undefined) continue
    known.add(keyOf(source, id))
    if (left === null) continue
    events[keyOf(source, id)] = { source, target, event, delay: left, id }
  }
  for (const actor of paths.keys()) {
    for (const { eventType: id, delay } of afterOf(actor)) {
      if (known.has(keyOf(actor, id))) continue
      const event = { type: id }
      events[keyOf(actor, id)] = {
        source: actor,
        target: actor,
        event,
        delay: fullDelay(actor, event, delay),
        id,
      }
    }
  }
}

function fullDelay(self: MachineActor, event: MachineEvent, given: number | string): number {
  const { machine, context } = self.getSnapshot()
  const named = typeof given === 'string' ? machine?.implementations.delays?.[given] : given
  const delay = typeof named === 'function' ? named({ context, event, self }, undefined) : named
  // An undefined delay means none: XState raises its event at once.
  return delay ?? 0
}

/** The delayed transitions of the states that an actor is in. */
function afterOf(actor: MachineActor): readonly { eventType: string; delay: number | string }[] {
  const { machine, status, _nodes = [] } = snapshotOf(actor)
  return machine !== undefined && status === 'active' ? _nodes.flatMap(({ after }) => after) : []
}

/** The actor may not be a machine; its snapshot may then be anything, or absent. */
function snapshotOf(actor: MachineActor): Partial<MachineSnapshot> {
  return (actor.getSnapshot() as MachineSnapshot | undefined) ?? {}
}

/** The actor and all its descendants, each with its path of ids. */
function pathsFrom(root: MachineActor): Map<MachineActor, readonly string[]> {
  const paths = new Map<MachineActor, readonly string[]>([[root, []]])
  // Iterating over a growing map also visits the added entries.
  for (const [actor, path] of paths) {
    const { machine, children = {} } = snapshotOf(actor)
    if (machine === undefined) continue
    for (const [id, child] of Object.entries(children)) {
      if (child !== undefined && !paths.has(child)) paths.set(child, [...path, id])
    }
  }
  return paths
}

/** XState's name of a delayed event. */
function keyOf({ sessionId }: MachineActor, id: string): string {
  return `${sessionId}.${id}`
}

function pathKey(path: readonly string[]): string {
  return JSON.stringify(path)
}
