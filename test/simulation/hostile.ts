/** What user code may throw, or return, that bites whoever looks at it. */
export const THROWN: readonly [what: string, make: () => unknown][] = [
  ['an object without a prototype', () => Object.create(null)],
  ['a revoked proxy', () => revoked()],
  ['an error whose message throws', () => new Unreadable()],
  ['an error whose cause can’t be printed', () => new Error('outer', { cause: Object.create(null) })],
  ['an error whose code is a rule of Object', () => Object.assign(new Error('x'), { code: 'constructor' })],
  ['undefined', () => undefined],
  ['a symbol', () => Symbol('s')],
]

/** Replies that throw when somebody looks whether they are promises. */
export const GIVEN: readonly [what: string, make: () => unknown][] = [
  ['a reply whose then throws when read', () => throwing('then')],
  [
    'a reply whose then throws when called',
    () =>
      withThen(() => {
        throw new Error('no then for you')
      }),
  ],
  ['a revoked proxy as reply', () => revoked()],
]

export function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** An object whose property throws when it is read. */
export function throwing(key: string): object {
  return Object.defineProperty({}, key, {
    get() {
      throw new Error(`no ${key} for you`)
    },
  })
}

export function withThen(then: unknown): object {
  const made = {}
  Reflect.set(made, 'then', then)
  return made
}

class Unreadable extends Error {
  override get message(): string {
    throw new Error('no message for you')
  }
}
