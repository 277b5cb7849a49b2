import type { RootContent } from 'mdast'
import { isRule } from './text-rules.ts'

/** No text has this character: Unicode keeps it for programs. A heading ends every list and paragraph. */
const PART = '\ufdd1'

/**
 * Lines with something between those that nothing goes on across, and the number in the file of each, from 1. Where titles have
 * been found by their rules (`ruled`), what is left of those says nothing.
 */
export function parted(
  lines: readonly string[],
  from: number,
  to: number,
  known: {
    readonly breaks: ReadonlySet<number>
    readonly numbers: readonly number[]
    readonly ruled: boolean
  },
): { readonly text: string; readonly numbers: readonly number[] } {
  const found: string[] = []
  const numbers: number[] = []
  const { breaks, ruled } = known
  for (let i = from; i < to; i += 1) {
    if (breaks.has(i)) {
      found.push(`# ${PART}`)
      numbers.push(known.numbers[i] ?? i + 1)
    }
    const line = lines[i] as string
    found.push(ruled && isRule(line) ? '' : line)
    numbers.push(known.numbers[i] ?? i + 1)
  }
  return { text: found.join('\n'), numbers }
}

/** Whether a node is what stands between parts. */
export function isPart(node: RootContent): boolean {
  const [first] = node.type === 'heading' ? node.children : []
  return first?.type === 'text' && first.value === PART
}
