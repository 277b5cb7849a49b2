const DIGITS = '〇一二三四五六七八九'

/** "二〇二四", digit by digit. */
const BY_DIGIT = /[〇○零一二三四五六七八九]{3,}/gu
/** "十二", "二十三", where no hundreds stand before and no thousands behind. */
const BY_TENS =
  /(?<![百千万萬亿億兆一二三四五六七八九十])[二三四五六七八九]?十[一二三四五六七八九]?(?![百千万萬亿億兆十])/gu
/** "三月", "第三条". */
const BY_ONE = /(?<![百千万萬亿億兆一二三四五六七八九十])[一二三四五六七八九](?=[月日号號条條章款节節])/gu
const ANY = /[〇○零一二三四五六七八九]{3}|十|[一二三四五六七八九][月日号號条條章款节節]/u

/** The numbers of a text in Chinese characters that are also written in digits: of "二〇二四年" 2024, of "第十二条" 12. */
export function numerals(text: string): string[] {
  if (!ANY.test(text)) return []
  const byDigit = Array.from(text.matchAll(BY_DIGIT), ([whole]) => Array.from(whole, digitOf).join(''))
  const byTens = Array.from(text.matchAll(BY_TENS), ([whole]) => {
    const [tens = '', ones = ''] = whole.split('十')
    return `${tens === '' ? 1 : digitOf(tens)}${ones === '' ? 0 : digitOf(ones)}`
  })
  const byOne = Array.from(text.matchAll(BY_ONE), ([whole]) => digitOf(whole))
  return [...byDigit, ...byTens, ...byOne]
}

function digitOf(one: string): string {
  return `${Math.max(0, DIGITS.indexOf(one))}`
}
