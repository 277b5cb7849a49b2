const WHO =
  '(?:humans?(?:\\s+being)?|persons?|people|agents?|representatives?|reps?|operators?|advis[eo]rs?|someone|somebody|staff(?:\\s+member)?|employees?|members?\\s+of\\s+(?:your\\s+)?staff|managers?|supervisors?|customer\\s+(?:service|support|care)|support(?:\\s+team)?)'
const WHICH = '(?:(?:a|an|the|your|any|some|one|another|real|live|actual|human|other|more|senior)\\s+)*'
const REACH =
  '(?:talk|speak|chat|connect(?:\\s+me)?|transfer(?:\\s+me)?|put\\s+me(?:\\s+through)?|hand\\s+me(?:\\s+over)?|pass\\s+me(?:\\s+on)?|forward\\s+me)\\s+(?:on\\s+|over\\s+|through\\s+|directly\\s+)?(?:to|with)\\s+'
const WANT = '(?:get\\s+me|give\\s+me|want|need|prefer|is\\s+there|are\\s+there|can\\s+i\\s+have)\\s+'
const LIVING = '(?:human|(?:real|live|actual|human)\\s+(?:person|people|agent|representative|operator|being))'

/** Clearly asked for; a mere mention ("the agent told me …") is not. English and Chinese. */
const FORMS = [
  `\\b${REACH}${WHICH}${WHO}(?![\\p{L}-])`,
  `\\b${WANT}(?:(?:a|an|any|some)\\s+)?${LIVING}(?![\\p{L}-])`,
  `^\\W*(?:(?:a|an|real|live|human|please)\\s+)*(?:human|person|agent|operator|representative)(?:\\s+(?:please|now))*\\W*$`,
  '转(?:接)?(?:到)?(?:人工|真人)|人工(?:客服|服务|坐席)|真人客服|(?:找|跟|和|与|接|换|联系)(?:一?[个位])?(?:真人|人工|活人|客服)',
].map((form) => new RegExp(form, 'iu'))

const REFUSED =
  /\b(?:don['’]?t|do\s+not|never|rather\s+not|no\s+need|without)\b[^.!?,;]*$|(?:不要|不想|别)[^。！？，]*$/iu

/** Whether a customer asks to be handed over to a person. No intent or reply needs to say so. */
export function asksForPerson(text: string): boolean {
  return FORMS.some((form) => {
    const found = form.exec(text)
    return found !== null && !REFUSED.test(text.slice(0, found.index))
  })
}
