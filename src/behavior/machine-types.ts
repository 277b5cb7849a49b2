/**
 * Types of XState 5, by what ours need of them. XState's own declarations do not compile with `exactOptionalPropertyTypes`: who uses no
 * machine must not meet them through ours.
 */

/** Any machine of `setup(…).createMachine` or `createMachine`. */
export interface MachineLike {
  readonly id: string
  readonly events: readonly string[]
  transition(snapshot: never, event: never, scope: never): unknown
  getInitialSnapshot(scope: never, input?: never): unknown
}

/** The events that a machine takes. */
export type MachineEvent<M extends MachineLike> = Extract<
  // biome-ignore lint/suspicious/noExplicitAny: the other parameters must not narrow the match
  M extends { transition(snapshot: any, event: infer E, scope: any): unknown } ? E : never,
  { readonly type: string }
>

export type MachineInput<M extends MachineLike> =
  // biome-ignore lint/suspicious/noExplicitAny: as above
  M extends { getInitialSnapshot(scope: any, input?: infer I): unknown } ? I : never

/** The part of a snapshot that is data. */
export type MachineLook<M extends MachineLike> = Pick<
  ReturnType<M['transition']> & object,
  Extract<keyof (ReturnType<M['transition']> & object), 'status' | 'value' | 'context' | 'output'>
>

/** A snapshot as it is kept: what `getPersistedSnapshot` returns. */
export type KeptSnapshot =
  | { readonly status: 'active'; readonly output: undefined; readonly error: undefined }
  | { readonly status: 'done'; readonly output: unknown; readonly error: undefined }
  | { readonly status: 'error'; readonly output: undefined; readonly error: unknown }
  | { readonly status: 'stopped'; readonly output: undefined; readonly error: undefined }

/** What XState tells its inspectors. */
export interface MachineInspection {
  readonly type: string
}
