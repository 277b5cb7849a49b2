import type { ModelCard } from '../repository/model-card.ts'

/** The labels of a model's card, by class number; absent where the card has none. */
export function labelsOfCard(card: ModelCard): readonly string[] | undefined {
  const { labels } = card as { labels?: unknown }
  return isLabels(labels) ? labels : undefined
}

/** What the files of a model of several are for, by their role (`detection`); empty where the card does not say. */
export function filesOfCard(card: ModelCard): Readonly<Record<string, string>> {
  const { files } = card as { files?: unknown }
  if (typeof files !== 'object' || files === null) return {}
  return Object.fromEntries(Object.entries(files).filter(([, name]) => typeof name === 'string'))
}

/** Labels as a task's options may carry them. */
export function isLabels(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((label) => typeof label === 'string')
}

/** A number among a task's options, or what is used without one. */
export function numberAmong(
  options: Readonly<Record<string, unknown>>,
  name: string,
  otherwise: number,
): number {
  const value = options[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}
