import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The platform's folder for a user's caches. A variable that is empty or holds a relative path counts as unset.
 *
 * Source: XDG Base Directory Specification 0.8.
 */
export function cacheFolder(): string {
  const given = process.env.XDG_CACHE_HOME ?? ''
  return isAbsolute(given) ? given : join(homeFolder(), '.cache')
}

/** What HOME says, or the system. Of a user that the system doesn't know, as in a container, it is `/`, as Docker has it. */
function homeFolder(): string {
  for (const ask of [homedir, () => userInfo().homedir]) {
    try {
      const home = ask()
      if (isAbsolute(home)) return home
    } catch {
      // Neither HOME nor an entry of this user.
    }
  }
  return '/'
}
