/** Whether a text can be a bearer token. */
export function isBearerToken(text: unknown): text is string {
  return typeof text === 'string' && /^[\w.~+/=-]+$/u.test(text)
}
