import { type Attributes, type Element, first } from './elements.ts'
import type { Box } from './slide-shape.ts'

/** How what stands within a group is placed on the slide. */
export interface Frame {
  /** The innermost group, 0 for none. */
  readonly group: number
  readonly place: (box: Box) => Box | undefined
}

export const SLIDE: Frame = { group: 0, place: (box) => box }

export function boxOf(element: Element, frame: Frame): Box | undefined {
  const own = first(first(element, 'spPr'), 'xfrm')
  // Turned, it is seen elsewhere than its place tells.
  const box = isTurned(own) ? undefined : boxFrom(first(own, 'off'), first(own, 'ext'))
  return box === undefined ? undefined : frame.place(box)
}

/** The frame of a group: what is in it has places of the group's own, which are stretched to the group's. */
export function frameOfGroup(element: Element, group: number, outer: Frame): Frame {
  const own = first(first(element, 'grpSpPr'), 'xfrm')
  if (isTurned(own)) return { group, place: () => undefined }
  const to = boxFrom(first(own, 'off'), first(own, 'ext'))
  const from = boxFrom(first(own, 'chOff'), first(own, 'chExt'))
  if (to === undefined || from === undefined) return { group, place: outer.place }
  const across = from.width > 0 ? to.width / from.width : 1
  const down = from.height > 0 ? to.height / from.height : 1
  return {
    group,
    place: ({ x, y, width, height }) =>
      outer.place({
        x: to.x + (x - from.x) * across,
        y: to.y + (y - from.y) * down,
        width: width * across,
        height: height * down,
      }),
  }
}

function isTurned(frame: Element | undefined): boolean {
  return (Number(frame?.attributes.rot ?? 0) || 0) !== 0
}

function boxFrom(
  { attributes: at }: { attributes?: Attributes } = {},
  { attributes: size }: { attributes?: Attributes } = {},
): Box | undefined {
  const [x, y, width, height] = [at?.x, at?.y, size?.cx, size?.cy].map(Number)
  return [x, y, width, height].every(Number.isFinite)
    ? { x: x as number, y: y as number, width: width as number, height: height as number }
    : undefined
}
