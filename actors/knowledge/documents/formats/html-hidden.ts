import type { Element } from 'hast'

/** Navigation, what is hidden, or only for screen readers. */
export function isHidden({ properties }: Element): boolean {
  const { hidden, ariaHidden, role, className, style } = properties
  const names = Array.isArray(className) ? className.map(String) : []
  return (
    (hidden !== undefined && hidden !== null && hidden !== false) ||
    ariaHidden === 'true' ||
    role === 'navigation' ||
    names.some((name) => /^(?:sr-only|visually-hidden|navbar|breadcrumbs?|noprint)$/u.test(name)) ||
    /display:\s*none/u.test(String(style ?? ''))
  )
}
