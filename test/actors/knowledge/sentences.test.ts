import { describe, expect, it } from 'vitest'
import { sentences } from '../../../actors/knowledge/text/sentences.ts'

const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end))

describe('sentences', () => {
  it.each([
    [
      'Dr. Smith met J. S. Bach in St. Louis. They spoke.',
      ['Dr. Smith met J. S. Bach in St. Louis.', 'They spoke.'],
    ],
    ['It costs 3.5 million. That is 0.5% more.', ['It costs 3.5 million.', 'That is 0.5% more.']],
    [
      'See e.g. the U.S. Senate, i.e. the upper house. Next.',
      ['See e.g. the U.S. Senate, i.e. the upper house.', 'Next.'],
    ],
    ['He left at 5 p.m. on Monday. She stayed.', ['He left at 5 p.m. on Monday.', 'She stayed.']],
    ['"Is it safe?" asked Ann. "Yes!" Bob ran.', ['"Is it safe?" asked Ann.', '"Yes!"', 'Bob ran.']],
    ['No. 5 is sold out. No. We have no more.', ['No. 5 is sold out.', 'No.', 'We have no more.']],
    ['ul. Wolska 118, drugie piętro. Zapraszamy.', ['ul. Wolska 118, drugie piętro.', 'Zapraszamy.']],
    ['ok. Then we go on 3 May. See you.', ['ok.', 'Then we go on 3 May.', 'See you.']],
    ['When was it built? 1986. Who built it?', ['When was it built?', '1986.', 'Who built it?']],
    [
      'The code is 42. don’t tell anyone. It was 30. iPhones cost extra.',
      ['The code is 42.', 'don’t tell anyone.', 'It was 30.', 'iPhones cost extra.'],
    ],
    [
      'Section 12 Landlord pays for gas. Tenant pays for water.',
      ['Section 12 Landlord pays for gas.', 'Tenant pays for water.'],
    ],
    [
      'Section 4.1 Duration of the Lease. The term is five years.',
      ['Section 4.1 Duration of the Lease. The term is five years.'],
    ],
    ['Er zahlt jeden 2. geraden Monat. Sie nicht.', ['Er zahlt jeden 2. geraden Monat.', 'Sie nicht.']],
    ['Wait... and see. Done', ['Wait... and see.', 'Done']],
    ['保修期为两年。请保留收据。', ['保修期为两年。', '请保留收据。']],
    ['संग्रहालय नौ बजे खुलता है। प्रवेश निःशुल्क है।', ['संग्रहालय नौ बजे खुलता है।', 'प्रवेश निःशुल्क है।']],
    ['هل الدخول مجاني؟ نعم، للأطفال.', ['هل الدخول مجاني؟', 'نعم، للأطفال.']],
    ['عجائب گھر کھلا ہے۔ داخلہ مفت ہے۔', ['عجائب گھر کھلا ہے۔', 'داخلہ مفت ہے۔']],
    ['Թանգարանը բաց է։ Մուտքն անվճար է։', ['Թանգարանը բաց է։', 'Մուտքն անվճար է։']],
    ['ሙዚየሙ ይከፈታል። መግቢያ ነፃ ነው።', ['ሙዚየሙ ይከፈታል።', 'መግቢያ ነፃ ነው።']],
    ['박물관은 아홉 시에 엽니다. 입장은 무료입니다.', ['박물관은 아홉 시에 엽니다.', '입장은 무료입니다.']],
    ['Πόσο κοστίζει η είσοδος; Κοστίζει 5 ευρώ.', ['Πόσο κοστίζει η είσοδος;', 'Κοστίζει 5 ευρώ.']],
    ['Πότε ανοίγει\u037e Στις εννέα.', ['Πότε ανοίγει\u037e', 'Στις εννέα.']],
    ['Let α; β be angles; both are small.', ['Let α; β be angles; both are small.']],
    [
      'พิพิธภัณฑ์เปิดเวลาเก้าโมงเช้า ค่าเข้าชมสำหรับผู้ใหญ่ 50 บาท เด็กเข้าชมได้โดยไม่เสียค่าใช้จ่าย',
      ['พิพิธภัณฑ์เปิดเวลาเก้าโมงเช้า', 'ค่าเข้าชมสำหรับผู้ใหญ่ 50 บาท', 'เด็กเข้าชมได้โดยไม่เสียค่าใช้จ่าย'],
    ],
    ['ร้านขายผัก ผลไม้ และดอกไม้', ['ร้านขายผัก ผลไม้ และดอกไม้']],
    ['ຫໍພິພິທະພັນເປີດເວລາເກົ້າໂມງ ເດັກນ້ອຍເຂົ້າຊົມໄດ້ໂດຍບໍ່ເສຍຄ່າ', ['ຫໍພິພິທະພັນເປີດເວລາເກົ້າໂມງ', 'ເດັກນ້ອຍເຂົ້າຊົມໄດ້ໂດຍບໍ່ເສຍຄ່າ']],
    ['འགྲེམས་སྟོན་ཁང་ཕྱེ་འདུག། འཛུལ་ཞུགས་རིན་མེད་རེད།', ['འགྲེམས་སྟོན་ཁང་ཕྱེ་འདུག།', 'འཛུལ་ཞུགས་རིན་མེད་རེད།']],
    [
      'Er kommt Montag, 4. März 2024 um 9 Uhr. Sie kommt am 5. August.',
      ['Er kommt Montag, 4. März 2024 um 9 Uhr.', 'Sie kommt am 5. August.'],
    ],
    ['The limit is 4. August is too late.', ['The limit is 4.', 'August is too late.']],
    ['It ended in 1990.[3] Then peace came.', ['It ended in 1990.[3]', 'Then peace came.']],
    ['   ', []],
  ])('%s', (text, expected) => {
    expect(split(text)).toEqual(expected)
  })
  it.each([
    [
      'The Wanli Emperor (r. 1572–1620) tried again. He failed.',
      ['The Wanli Emperor (r. 1572–1620) tried again.', 'He failed.'],
    ],
    [
      'He wrote the Rondo, Op. 1, and two Polonaises, Op. 40. It sold.',
      ['He wrote the Rondo, Op. 1, and two Polonaises, Op. 40.', 'It sold.'],
    ],
    [
      'The Soviet Union (Russian: СССР, tr. Sovetsky Soyuz [sɐˈjus] ( listen); lit. ‘Council Union’) fell. It was large.',
      [
        'The Soviet Union (Russian: СССР, tr. Sovetsky Soyuz [sɐˈjus] ( listen); lit. ‘Council Union’) fell.',
        'It was large.',
      ],
    ],
    [
      'They were united c. 3000 BC. Both kept a crown.',
      ['They were united c. 3000 BC.', 'Both kept a crown.'],
    ],
    [
      'It is a contract (i. e., agreed to by two). Sign it.',
      ['It is a contract (i. e., agreed to by two).', 'Sign it.'],
    ],
    [
      'They grant the B.Sc. (Tech.) and Lic.Sc. degrees. The M.Sc. takes two years.',
      ['They grant the B.Sc. (Tech.) and Lic.Sc. degrees.', 'The M.Sc. takes two years.'],
    ],
    ['See 28 U.S.C. § 1332 first. Then sue.', ['See 28 U.S.C. § 1332 first.', 'Then sue.']],
    ['We use Node.js. Workers run in threads.', ['We use Node.js.', 'Workers run in threads.']],
    ['Do this at 5 m. The rest follows.', ['Do this at 5 m.', 'The rest follows.']],
    [
      'He left. (It rained. The train was late.) She stayed.',
      ['He left.', '(It rained.', 'The train was late.)', 'She stayed.'],
    ],
    [
      'Press a) to go on. Press b) to stop. (See below.) Done.',
      ['Press a) to go on.', 'Press b) to stop.', '(See below.)', 'Done.'],
    ],
    ['An open ( bracket. Is no reason. To go on.', ['An open ( bracket.', 'Is no reason.', 'To go on.']],
  ])('end neither in brackets nor at a shortened word before its number [G253]: %s', (text, expected) => {
    expect(split(text)).toEqual(expected)
  })
  it.each([
    [
      '歌词收于《你好！世界》与《再见。》。第二张专辑售罄。',
      ['歌词收于《你好！世界》与《再见。》。', '第二张专辑售罄。'],
    ],
    ['她说：「我没有去。他去了。」记者走了。', ['她说：「我没有去。他去了。」', '记者走了。']],
    [
      '桥已完工（1990年动工。1994年通车。）。票价五元。',
      ['桥已完工（1990年动工。1994年通车。）。', '票价五元。'],
    ],
    ['“门开了！”，他喊道。众人进去。', ['“门开了！”，他喊道。', '众人进去。']],
    ['他说：“好。明天再谈', ['他说：“好。', '明天再谈']],
    ['由St. John建造，作者笔名S.G. Hall。书已绝版。', ['由St. John建造，作者笔名S.G. Hall。', '书已绝版。']],
  ])('of Chinese end outside titles, asides and quotations [G229]: %s', (text, expected) => {
    expect(split(text)).toEqual(expected)
  })
})

it('abbreviations of business text end no sentence, and a day before its month neither [G500]', () => {
  const whole = [
    'Fisch & Co. KG in Husum delivers.',
    'Send it to Hafenstr. 12, Kiel.',
    'We meet on 3. June in Rm. 204.',
    'It is 5 EUR per pc. incl. VAT.',
  ]
  expect(split(whole.join(' '))).toEqual(whole)
  expect(split('We live in the Lindenstr. The dog barks.')).toHaveLength(2)
  expect(split('We have 3. June was cold.')).toHaveLength(2)
})
