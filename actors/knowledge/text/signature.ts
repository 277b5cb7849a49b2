/** What the signature of a mail stands under. */
export const SIGNATURE = 'Signature:'
