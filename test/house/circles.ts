/** An arrow between two rooms, and the imports that make it. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly imports: string[]
}

/**
 * The rooms of a house and the arrows between them. In every folder, each subfolder is a room and so is each loose file:
 *
 *   src/system/                   an import from actor/ask.ts to errors.ts is an arrow  actor ─▶ errors.ts;
 *     actor/  stage/              one from actor-system.ts to stage/intake.ts is        actor-system.ts ─▶ stage.
 *     actor-system.ts  errors.ts  So a folder may use a loose file of the folder around it, and another loose file may
 *                                 put the folders together, as long as the two are not the same floor.
 */
export function arrowsBetween(imports: ReadonlyMap<string, readonly string[]>): Arrow[] {
  const arrows = new Map<string, Arrow>()
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [a, b] = [file.split('/'), target.split('/')]
      const apart = a.findIndex((part, i) => part !== b[i])
      if (apart === -1) continue
      const [from, to] = [a.slice(0, apart + 1).join('/'), b.slice(0, apart + 1).join('/')]
      const key = `${from} → ${to}`
      const arrow = arrows.get(key) ?? { from, to, imports: [] }
      arrow.imports.push(`${file} → ${target}`)
      arrows.set(key, arrow)
    }
  }
  return [...arrows.values()]
}

/** Groups of rooms in which every room reaches every other (Tarjan 1972), without groups of one. */
export function circles(arrows: readonly Pick<Arrow, 'from' | 'to'>[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { from, to } of arrows) next.set(from, [...(next.get(from) ?? []), to])
  const number = new Map<string, number>()
  const open: string[] = []
  const found: string[][] = []
  const visit = (room: string): number => {
    const own = number.size
    number.set(room, own)
    open.push(room)
    let low = own
    for (const to of next.get(room) ?? []) {
      const seen = number.get(to)
      if (seen === undefined) low = Math.min(low, visit(to))
      else if (open.includes(to)) low = Math.min(low, seen)
    }
    if (low === own) {
      const group = open.splice(open.indexOf(room))
      if (group.length > 1) found.push(group.sort())
    }
    return low
  }
  for (const room of next.keys()) if (!number.has(room)) visit(room)
  return found
}

/** Circles with a folder in them: a circle of loose files alone stays within one room's own walls. */
export function circlesOfRooms(arrows: readonly Pick<Arrow, 'from' | 'to'>[]): string[][] {
  return circles(arrows).filter((group) => group.some((room) => !room.endsWith('.ts')))
}
