import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The platform's folder for a user's caches. A variable that is empty or holds a relative path counts as unset.
 *
 * Source: XDG Base Directory Specification 0.8.
 */
export function cacheFolder(): string {
  const given = process.env.XDG_CACHE_HOME ?? ''
  return isAbsolute(given) ? given : join(homedir(), '.cache')
}
