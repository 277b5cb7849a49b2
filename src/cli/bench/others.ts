import { cpus } from 'node:os'

/**
 * Begins to watch what other programs take of the processors. The function says which share of all processor time they have had
 * since, from 0 to 1.
 */
export function watchOthers(): () => number {
  const before = times()
  const own = process.cpuUsage()
  return () => {
    const now = times()
    const { user, system } = process.cpuUsage(own)
    const all = now.all - before.all
    return all <= 0 ? 0 : Math.min(1, Math.max(0, (now.busy - before.busy - (user + system) / 1000) / all))
  }
}

/** Milliseconds since the machine's start, over all processors. */
function times(): { readonly busy: number; readonly all: number } {
  let busy = 0
  let idle = 0
  for (const cpu of cpus()) {
    busy += cpu.times.user + cpu.times.nice + cpu.times.sys + cpu.times.irq
    idle += cpu.times.idle
  }
  return { busy, all: busy + idle }
}
