import type { Nodes, Paragraph, Root, RootContent, Text } from 'mdast'

/** "[!WARNING]", "[!tip]- Title", of GitHub and Obsidian. */
const CALLOUT = /^\[!\w+\][+-]?[ \t]*/u
/** The same with a title. */
const TITLED = /^\[!\w+\][+-]?[ \t]+(\S[^\n]{0,200})(?:\n|$)/u
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
  else if ('children' in node) {
    if (node.children.some((child) => child.type === 'blockquote'))
      node.children = (node.children as RootContent[]).flatMap(titled) as typeof node.children
    for (const child of node.children) look(child)
  }
}

/** What stands in a callout with a title belongs to it. */
function titled(node: RootContent): RootContent[] {
  const [paragraph, ...others] = node.type === 'blockquote' ? node.children : []
  const first = paragraph?.type === 'paragraph' ? paragraph.children[0] : undefined
  if (node.type !== 'blockquote' || paragraph?.type !== 'paragraph' || first?.type !== 'text') return [node]
  const [whole = '', title = ''] = TITLED.exec(first.value) ?? []
  if (title === '') return [node]
  const rest = first.value.slice(whole.length)
  // A title with marks in it goes on in the next node.
  if (rest === '' && paragraph.children.length > 1) return [node]
  const said: Paragraph = {
    ...paragraph,
    children: [{ ...first, value: `${title.trim().replace(/[.:]+$/u, '')}:` }],
  }
  if (rest === '') return [said, { ...node, children: others }]
  first.value = rest
  if (first.position !== undefined) first.position.start.line += 1
  return [said, node]
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
