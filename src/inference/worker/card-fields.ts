import { InferenceError } from '../errors.ts'
import type { ModelCard } from '../repository/model-card.ts'

/** The labels of a model's card, by class number; absent if the card has none. */
export function labelsOfCard(card: ModelCard): readonly string[] | undefined {
  const { labels } = card as { labels?: unknown }
  return isLabels(labels) ? labels : undefined
}

/** The files of a multi-file model by role (`detection`); empty if the card does not say. */
export function filesOfCard(card: ModelCard): Readonly<Record<string, string>> {
  const { files } = card as { files?: unknown }
  if (typeof files !== 'object' || files === null) return {}
  return Object.fromEntries(Object.entries(files).filter(([, name]) => typeof name === 'string'))
}

/**
 * What stands before each text, by the name among the task's options; empty without one, and for a card without prefixes.
 *
 * @throws InferenceError (`bad-input`) for a name that the card's prefixes lack.
 */
export function prefixOf({ prefix }: Readonly<Record<string, unknown>>, card: ModelCard): string {
  if (prefix === undefined || card.prefixes === undefined) return ''
  if (typeof prefix === 'string' && Object.hasOwn(card.prefixes, prefix))
    return card.prefixes[prefix] as string
  throw new InferenceError('bad-input', `${card.name} has no prefix '${String(prefix)}'`, {
    path: 'options.prefix',
    value: prefix,
    remedy: `Use one of its card's prefixes: ${Object.keys(card.prefixes).join(', ')}`,
  })
}

/** Labels as a task's options may carry them. */
export function isLabels(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((label) => typeof label === 'string')
}

/** A number from a task's options, or its default. */
export function numberAmong(
  options: Readonly<Record<string, unknown>>,
  name: string,
  otherwise: number,
): number {
  const value = options[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}
