/** Repeats a run of a scenario module. It can be pasted as it stands, whatever the file is called. */
export function replayCommand(file: string, token: string): string {
  const name = /^[\w@%+=:,./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`
  return `ganglion simulate ${name} --replay ${token}`
}
