import type { Nodes, Paragraph, Root, Text } from 'mdast'

/** "[!WARNING]", "[!tip]- Title", of GitHub and Obsidian. */
const CALLOUT = /^\[!\w+\][+-]?[ \t]*/u
/** '!!! note "Title"', '??? tip', of Python-Markdown. */
const BANGS = /^(?:!!!|\?\?\?\+?)[ \t]+[\w-]+[ \t]*(?:"([^"\n]*)")?[ \t]*(?:\n|$)/u
/** ":::tip Title", of Docusaurus and VitePress. */
const COLONS = /^:{3,}[ \t]*(?:[\w-]+[ \t]*)?(?:\[([^\]\n]*)\]|(\S[^\n]*))?(?:\n|$)/u
const COLONS_END = /(?:^|\n):{3,}[ \t]*$/u

/** Leaves out the marks of notes and warnings, which Markdown does not know: a title stays as the first line. */
export function withoutMarks(tree: Root): Root {
  look(tree)
  return tree
}

function look(node: Nodes): void {
  if (node.type === 'paragraph') clean(node)
  else if ('children' in node) for (const child of node.children) look(child)
}

function clean(node: Paragraph): void {
  const first = node.children[0]
  if (first?.type === 'text') {
    const callout = CALLOUT.exec(first.value)
    const [whole = '', title = '', other = ''] =
      callout ?? BANGS.exec(first.value) ?? COLONS.exec(first.value) ?? []
    if (whole !== '') begin(first, whole, title || other)
  }
  const last = node.children.at(-1)
  if (last?.type === 'text') last.value = last.value.replace(COLONS_END, '')
}

/** The text without its first line, or with its title alone there. Its line moves with it. */
function begin(text: Text, mark: string, title: string): void {
  const rest = text.value.slice(mark.length)
  if (title !== '') {
    text.value = `${title}:\n${rest}`
    return
  }
  const inner = rest.replace(/^\s*\n/u, '')
  const lines = (mark.endsWith('\n') ? 1 : 0) + (inner.length < rest.length ? 1 : 0)
  text.value = inner
  if (text.position !== undefined) text.position.start.line += lines
}
