import { isServable } from '../serve/create-service.ts'
import type { Servable } from '../serve/endpoint.ts'

/** What a module exports that can be served, by the names of its exports; a default export may be an object of several. */
export function servablesOf({
  default: main,
  ...named
}: Readonly<Record<string, unknown>>): [string, Servable][] {
  const all = [...(isServable(main) ? [['default', main] as const] : entriesIn(main)), ...entriesIn(named)]
  return all.flatMap(([name, one]) => (isServable(one) ? [[name, one]] : []))
}

function entriesIn(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
