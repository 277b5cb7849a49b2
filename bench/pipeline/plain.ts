/** The work of each stage, everywhere: almost nothing, so that the measured time is that between the stages. */
export const step = (x: number): number => x + 1
export const WIDTH = 8
export const STAGES = 4

/** A Standard Schema that only looks at the type; the cost of a schema library is measured separately. */
export const looked = {
  '~standard': {
    version: 1,
    vendor: 'bench',
    validate: (value: unknown) =>
      typeof value === 'number' ? { value } : { issues: [{ message: 'not a number' }] },
  },
} as const

function checked(value: unknown): number {
  const result = looked['~standard'].validate(value)
  if (result.issues !== undefined) throw new TypeError(result.issues[0]?.message)
  return result.value
}

/** Like our processors: input and output fit their schemas. */
const checkedStep = async (x: number): Promise<number> => checked(step(checked(x)))
const stages = Array.from({ length: STAGES }, () => (x: number) => checkedStep(x))
const branches = Array.from({ length: WIDTH }, () => (x: number) => checkedStep(x))

/** The same chain as async functions, with schema checks, but no mailbox, deadline, ledger or supervision. */
export async function chain(x: number): Promise<number> {
  let value = checked(x)
  for (const stage of stages) value = await stage(value)
  return value
}

/** The same fan-out and join with Promise.all. */
export async function join(x: number): Promise<number> {
  const source = await checkedStep(checked(x))
  const parts = await Promise.all(branches.map((branch) => branch(source)))
  return parts.reduce((sum, part) => sum + part, 0)
}
