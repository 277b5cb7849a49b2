// npm run -s bench -- serve [--json] [--quick] [--minutes N]: with --minutes it measures memory alone
import type { BenchResult } from './result.ts'
import { echoes } from './serve/echo.ts'
import { memoryOver } from './serve/memory.ts'
import { metricsCosts } from './serve/metrics.ts'
import { teamOverHttp } from './serve/team.ts'

export async function run({
  quick,
  argv,
}: {
  readonly quick: boolean
  readonly argv: readonly string[]
}): Promise<BenchResult[]> {
  const at = argv.indexOf('--minutes')
  if (at >= 0) return memoryOver(Number(argv[at + 1]))
  return [...(await echoes(quick)), ...(await teamOverHttp(quick)), ...(await metricsCosts(quick))]
}
