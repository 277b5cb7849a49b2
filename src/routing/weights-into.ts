/** The weights of the arrows into `name` by where they come from; those of weight 0 are left out. */
export function weightsInto(
  { names, A }: { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] },
  name: string,
): Record<string, number> {
  const row = A[names.indexOf(name)] ?? []
  return Object.fromEntries(names.flatMap((from, i) => ((row[i] ?? 0) > 0 ? [[from, row[i] as number]] : [])))
}
