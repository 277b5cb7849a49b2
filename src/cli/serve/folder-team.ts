import { openFolder, type QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'

/** The team of a folder, whose notices go to stderr. */
export function openTeam(docs: string): Promise<QuestionAnswering> {
  return openFolder({ docs, onNotice: (text) => process.stderr.write(`ganglion: ${text}\n`) })
}
