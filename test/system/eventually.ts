import { vi } from 'vitest'

/** Waits until what it looks at holds. The bound is for a broken test: a machine that tests everything at once may starve it. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 30_000 })
