import type { RootContent, Text } from 'mdast'
import type { Document } from '../../text/document.ts'

const TIME = /^\s*(?:(\d+):)?(\d{1,2}):(\d\d)[.,](\d{3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d\d)[.,](\d{3})/u
/** After a longer silence something new is said. */
const SILENCE_S = 4
/** A longer paragraph ends with its sentence. */
const PARAGRAPH_CHARS = 400

/** What is said in subtitles (SubRip, WebVTT), as running text without numbers and times. */
export function readSubtitles(file: string, text: string): Document {
  const found: RootContent[] = []
  let open: Text[] = []
  let chars = 0
  let ended = 0
  const close = () => {
    if (open.length > 0) found.push({ type: 'paragraph', children: open })
    open = []
    chars = 0
  }
  let inside = false
  text.split(/\r\n|\n|\r/u).forEach((own, i) => {
    const time = TIME.exec(own)
    if (time !== null) {
      if (seconds(time.slice(1, 5)) - ended > SILENCE_S) close()
      ended = seconds(time.slice(5, 9))
      inside = true
    } else if (own.trim() === '') inside = false
    else if (inside) {
      const said = spoken(own)
      if (/^[-–]\s|^[\p{Lu}\d .]{2,20}:\s/u.test(said)) close()
      if (said === '') return
      const at = { line: i + 1, column: 1 }
      open.push({
        type: 'text',
        value: `${open.length === 0 ? '' : ' '}${said}`,
        position: { start: at, end: at },
      })
      chars += said.length
      if (chars > PARAGRAPH_CHARS && /[.!?。！？]["'”’]?$/u.test(said)) close()
    }
  })
  close()
  return { file, folded: true, tree: { type: 'root', children: found } }
}

/** Without styles; a voice (`<v Ann>`) is the name before what it says. */
function spoken(line: string): string {
  return line
    .replace(/<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>/gu, '$1: ')
    .replace(/<[^<>]*>|\{\\[^{}]*\}/gu, '')
    .trim()
}

function seconds([hours, minutes, whole, thousandths]: readonly (string | undefined)[]): number {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(whole) + Number(thousandths) / 1000
}
