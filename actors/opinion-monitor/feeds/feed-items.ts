import { OpinionMonitorError } from '../errors.ts'

/** An item of a feed, whatever its format. */
export interface FeedItem {
  /** Without tags; empty if it has none. */
  readonly title: string
  /** Names it within its feed. */
  readonly id: string
  /** As the feed writes it. */
  readonly at?: string
}

/** What the parser makes of the formats, as far as it is used here. */
interface ParsedItem {
  readonly title?: string | { readonly value?: string }
  readonly id?: string
  readonly guid?: { readonly value?: string }
  readonly link?: string
  readonly url?: string
  readonly links?: readonly { readonly href?: string }[]
  readonly pubDate?: string
  readonly published?: string
  readonly updated?: string
  readonly date_published?: string
  readonly dc?: { readonly date?: string; readonly dates?: readonly string[] }
}

/**
 * Reads RSS, Atom, RDF and JSON feeds with `feedsmith`, an optional peer.
 *
 * Rejects with OpinionMonitorError (`feed-parser-missing`).
 */
export async function feedReader(): Promise<(text: string) => FeedItem[]> {
  const { parseFeed } = await parser()
  return (text) => {
    const { feed } = parseFeed(text) as { feed: { items?: ParsedItem[]; entries?: ParsedItem[] } }
    return [...(feed.items ?? []), ...(feed.entries ?? [])].map(itemOf)
  }
}

async function parser(): Promise<{ parseFeed(text: string): unknown }> {
  try {
    return await import('feedsmith')
  } catch (cause) {
    throw new OpinionMonitorError('feed-parser-missing', 'the parser of feeds is not installed', {
      path: 'feed',
      value: 'feedsmith',
      remedy: 'Install it beside ganglion: npm install feedsmith',
      cause,
    })
  }
}

function itemOf(item: ParsedItem): FeedItem {
  const title = plain(typeof item.title === 'object' ? (item.title.value ?? '') : (item.title ?? ''))
  const at =
    item.published ??
    item.pubDate ??
    item.updated ??
    item.date_published ??
    item.dc?.date ??
    item.dc?.dates?.[0]
  const id =
    item.guid?.value ?? item.id ?? item.link ?? item.url ?? item.links?.[0]?.href ?? `${at ?? ''} ${title}`
  return { title, id, ...(at === undefined ? {} : { at }) }
}

/** Titles may hold tags ("<b>Acme</b> rises"). */
function plain(title: string): string {
  return title
    .replace(/<\/?[a-z][^<>]*>/giu, '')
    .replace(/\s+/gu, ' ')
    .trim()
}
