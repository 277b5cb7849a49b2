/** What each stage does, everywhere: nothing to speak of, so that what is measured is the way between the stages. */
export const step = (x: number): number => x + 1
export const WIDTH = 8
export const STAGES = 4

const stages = Array.from({ length: STAGES }, () => async (x: number) => step(x))
const branches = Array.from({ length: WIDTH }, () => async (x: number) => step(x))

/** The same chain as async functions: no mailbox, no deadline, no ledger, no supervision. */
export async function chain(x: number): Promise<number> {
  let value = x
  for (const stage of stages) value = await stage(value)
  return value
}

/** The same fan-out and join by Promise.all. */
export async function join(x: number): Promise<number> {
  const source = await step(x)
  const parts = await Promise.all(branches.map((branch) => branch(source)))
  return parts.reduce((sum, part) => sum + part, 0)
}
