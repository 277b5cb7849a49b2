const XHTML = /^\s*<\?xml\b|<html\b[^>]{0,1000}\sxmlns\s*=/iu
/** So far into a page its kind is told. */
const HEAD_CHARS = 4_000
/** They have no end in HTML either. */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/iu
/** `<title/>`, `<a id="p12"/>`. */
const CLOSED = /<([a-z][\w.-]*)(\s[^<>]*)?\/>/giu

/** A page of XHTML as HTML: there `<title/>` or `<script src="a.js"/>` begin what never ends, and all of the page is a part of it. */
export function asHtml(text: string): string {
  if (!XHTML.test(text.slice(0, HEAD_CHARS))) return text
  return text.replace(CLOSED, (whole, name: string, attributes = '') =>
    VOID.test(name) ? whole : `<${name}${attributes}></${name}>`,
  )
}
