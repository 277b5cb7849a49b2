import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'actors/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Bounds for a broken test: a machine that tests everything at once may starve what is waited for.
    expect: { poll: { timeout: 30_000 } },
    // Systems say on stderr what they lose; of tests that pass nobody wants to read it.
    silent: 'passed-only',
    pool: 'forks',
    // Vitest leaves one core free: on two cores that is half of them.
    maxWorkers: '100%',
    typecheck: { enabled: false, include: ['test/types/**/*.test-d.ts'] },
  },
})
