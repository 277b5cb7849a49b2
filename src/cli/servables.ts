import { isServable } from '../serve/create-service.ts'
import type { Servable } from '../serve/endpoint.ts'
import { UsageError } from './exit.ts'

/**
 * What a module exports that can be served, by the names of its exports; a default export may be an object of several, and alone has
 * its own name. What is exported twice counts once.
 *
 * @throws UsageError (`usage`) for two under one name
 */
export function servablesOf({
  default: main,
  ...named
}: Readonly<Record<string, unknown>>): Map<string, Servable> {
  const found = new Map<string, Servable>()
  const byDefault: [string, unknown][] = isServable(main) ? [[ownName(main), main]] : entriesIn(main)
  for (const [name, one] of [...entriesIn(named), ...byDefault])
    if (isServable(one) && ![...found.values()].includes(one)) addServable(found, name, one)
  return found
}

/** @throws UsageError (`usage`) where another has that name */
export function addServable(all: Map<string, Servable>, name: string, one: Servable): void {
  if (all.has(name))
    throw new UsageError(
      `two that can be served are named '${name}'`,
      'FILE',
      name,
      'Export one of them by another name',
    )
  all.set(name, one)
}

function ownName(one: Servable): string {
  return 'name' in one && typeof one.name === 'string' ? one.name : 'folder'
}

function entriesIn(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
