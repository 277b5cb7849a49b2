import type { OwnMessages } from './own-context.ts'

/** Messages, handlers or behaviors of a definition that declares none. */
export type Undeclared = Record<never, never>

/** Declared messages as handlers: `add(body: { by: number }): void` as `(ctx, body) => void`. */
export type Declared<P> = {
  [T in keyof P]: P[T] extends (...body: infer A) => infer R
    ? A extends []
      ? () => R
      : (ctx: never, ...body: A) => R
    : never
}

/** What an actor's own context knows of its messages: everything if they are declared, or else their types. */
export type Own<P, T extends string> = [keyof P] extends [never] ? OwnMessages<T> : Declared<P>

/**
 * The body of a declared message. `never` for an undeclared body, which nothing fits: such a body needs its own type.
 */
export type DeclaredBody<P, T> = T extends keyof P
  ? P[T] extends (...body: infer A) => unknown
    ? A extends []
      ? undefined
      : A[0 & keyof A]
    : never
  : never

/** The types that `T` may be: any if none are declared. */
export type Allowed<P, T> = [keyof P] extends [never] ? T : keyof P

/** What the handler of a declared message returns. */
export type DeclaredReply<P, T> = T extends keyof P
  ? P[T] extends (...body: never) => infer R
    ? R | Awaited<R> | Promise<Awaited<R>>
    : never
  : unknown

/** Handlers whose body has no type, with the remedy. */
export type Typed<H> = {
  [T in keyof H]: string extends T
    ? unknown
    : H[T] extends (...args: infer A) => unknown
      ? 2 extends A['length']
        ? // biome-ignore lint/suspicious/noExplicitAny: fits every type but never, also one that a generic function leaves open
          [any] extends [A[1 & keyof A]]
          ? unknown
          : `Give the body of '${T & string}' a type: (ctx, body: …) => …`
        : unknown
      : unknown
}

/** The same for each behavior. */
export type AllTyped<B> = { [N in keyof B]: Typed<B[N]> }

/** The compiler's error for declared messages that no behavior handles. */
export type Missing<P, T> = [Exclude<keyof P, T>] extends [never]
  ? unknown
  : { [U in Exclude<keyof P, T>]: `'${U & string}' is declared and has no handler` }

type Each<H, B> = H | B[keyof B]
type KeyOf<U> = U extends unknown ? keyof U : never
type Taking<U, T> = U extends unknown ? (T extends keyof U ? U[T] : never) : never

/** Every message that an actor takes in any of its behaviors. */
export type MessageTypes<P, H, B> = [keyof P] extends [never] ? KeyOf<Each<H, B>> : keyof P

/**
 * The common type of all handlers of one message type. The sender does not know the current behavior: the body must fit
 * each of them, and the reply may be that of any.
 */
export type HandlerOf<P, H, B, T> = [keyof P] extends [never]
  ? Merged<Taking<Each<H, B>, T>>
  : T extends keyof P
    ? Declared<P>[T]
    : never

type Merged<F> =
  unknown extends Bodies<F>
    ? [F] extends [(ctx: never) => unknown]
      ? () => Returned<F>
      : (ctx: never, body: unknown) => Returned<F>
    : undefined extends Bodies<F>
      ? (ctx: never, body?: Bodies<F>) => Returned<F>
      : (ctx: never, body: Bodies<F>) => Returned<F>

type Bodies<F> = (F extends unknown ? (body: Body<F>) => void : never) extends (body: infer I) => void
  ? I
  : never

/** A handler that ignores the body takes any. */
type Body<F> = F extends (...args: infer A) => unknown
  ? 2 extends A['length']
    ? A[1 & keyof A]
    : unknown
  : never

type Returned<F> = F extends (...args: never) => infer R ? R : never
