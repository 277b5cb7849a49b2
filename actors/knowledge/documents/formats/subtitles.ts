import type { PhrasingContent, RootContent } from 'mdast'
import type { Document } from '../../text/document.ts'

const TIME = /^\s*(?:(\d+):)?(\d{1,2}):(\d\d)[.,](\d{3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d\d)[.,](\d{3})/u
/** After a longer silence something new is said. */
const SILENCE_S = 4
/** A longer paragraph ends with its sentence. */
const PARAGRAPH_CHARS = 400

/** What is said in subtitles (SubRip, WebVTT), as running text without numbers and times; what another speaker says is another line. */
export function readSubtitles(file: string, text: string): Document {
  const found: RootContent[] = []
  let open: PhrasingContent[] = []
  let speaker = ''
  let chars = 0
  let ended = 0
  const close = () => {
    if (open.length > 0) found.push({ type: 'paragraph', children: open })
    open = []
    chars = 0
    speaker = ''
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
      const { voice, said } = spoken(own)
      if (/^[-–]\s|^[\p{Lu}\d .]{2,20}:\s/u.test(said)) close()
      if (said === '') return
      const turn = voice !== '' && voice !== speaker
      if (turn && open.length > 0) open.push({ type: 'break' })
      const before = turn ? `${voice}: ` : open.length === 0 ? '' : ' '
      if (voice !== '') speaker = voice
      const at = { line: i + 1, column: 1 }
      open.push({ type: 'text', value: `${before}${said}`, position: { start: at, end: at } })
      chars += said.length
      if (chars > PARAGRAPH_CHARS && /[.!?。！？]["'”’]?$/u.test(said)) close()
    }
  })
  close()
  return { file, folded: true, tree: { type: 'root', children: found } }
}

/** Without styles, and the name of the voice (`<v Ann>`) that says it. */
function spoken(line: string): { voice: string; said: string } {
  const voice = /<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>/u.exec(line)?.[1] ?? ''
  return { voice: voice.trim(), said: line.replace(/<[^<>]*>|\{\\[^{}]*\}/gu, '').trim() }
}

function seconds([hours, minutes, whole, thousandths]: readonly (string | undefined)[]): number {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(whole) + Number(thousandths) / 1000
}
