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
