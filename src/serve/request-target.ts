import type { IncomingMessage } from 'node:http'

/**
 * Path and query of a request. A target that names its host, as for a proxy, counts for more than the header. Of two headers nobody knows
 * which counts for others on the way, so none does.
 */
export function targetOf(request: IncomingMessage): string {
  const { url = '/' } = request
  if (hasTwoHosts(request.rawHeaders)) request.headers.host = ''
  if (url.startsWith('/')) return url
  const [, host, path = ''] = /^https?:\/\/([^/?#]*)(.*)$/isu.exec(url) ?? []
  if (host === undefined) return url
  request.headers.host = host
  return path.startsWith('/') ? path : `/${path}`
}

function hasTwoHosts(raw: readonly string[]): boolean {
  let hosts = 0
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts > 1
}
