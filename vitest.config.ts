import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'actors/**/*.test.ts'],
    testTimeout: 20_000,
    pool: 'forks',
    typecheck: { enabled: false, include: ['test/types/**/*.test-d.ts'] },
  },
})
