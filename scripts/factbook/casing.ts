/**
 * The Factbook sets surnames in capitals ("Salvador ALLENDE"). Readers and name recognisers expect
 * "Salvador Allende", so capital runs become capitalised words unless they are acronyms.
 */
const ACRONYMS = new Set(
  (
    'ACC AEI AEM AIDS AKP ANC ANZUS APEC ARS ASEAN BIOT BNP CARICOM CEO CFA CIA CLCS CNDP CNRP CNT COR CPA DPRK DRC DROC ' +
    'ECOWAS ECSC EDSA EEBC EEC EEZ EMU EUFOR FARC FCA FIS FLN FRELIMO FRG FRY FYROM GCC GDP GDR GEODSS GGC GMT ' +
    'GPS GSPC HAMAS HIV HMAS HMS IAEA ICJ ICC ICRU ICU IFOR IGAD IMF ISAF ISF ISIL KANU KGK KKTC KMT LPA LPAF LRA ' +
    'LTTE MCAT MDA MINUSTAH MMD MNDF MONUC MPLA MPP MPRP MPS MIB NAFTA NARC NASA NATO NDC NGO NLD NWR OAS ODM OECD OPEC OSCE ' +
    'PAN PKK PLDM PLO PRI PUP RAF RAMSI RENAMO ROK RPF RPT SANDF SBA SFOR SMS SNPC SWAPO TAAF TFC TFG TFP TFUE ' +
    'TEU TLFC TNG TRNC TSK TUE UAE UDP UNAMID UNCLOS UNESCO UNFICYP UNGA UNITA UNM UNMIK UNMIT UNSC UNTSO UOC USSR USA ' +
    'UTC WMD WNW WTO ZANU EU UK UN US DC NZ AU TV II III IV VI VII VIII IX XI XII XIII XIV XV XVI'
  ).split(' '),
)

/** Particles that stay small inside a name: "Juan DE LA CRUZ" is Juan de la Cruz. */
const PARTICLE = /^(DE|DEL|DA|DAS|DO|DOS|DI|DU|VAN|VON|DER|BIN|BINT|ABU)$/

/** Letters that keep the next letter capital when an apostrophe follows: O'Neill, D'Ivoire, N'Djamena. */
const capitalize = (word: string): string => {
  const lower = word.toLowerCase()
  return lower.replace(/^[odlnm]'\p{L}{2,}|^\p{L}/u, (head) =>
    head.length === 1
      ? head.toUpperCase()
      : `${head.charAt(0).toUpperCase()}'${head.charAt(2).toUpperCase()}${head.slice(3)}`,
  )
}

const isParenthesised = (text: string, start: number, end: number): boolean =>
  end - start <= 7 && /[([]$/.test(text.slice(0, start)) && /^\p{Ll}{0,2}[)\];,]/u.test(text.slice(end))

/** Two capitals alone may be an acronym nobody listed; beside a surname they are part of it ("AUNG SAN SU KYI"). */
const besideSurname = (text: string, start: number, end: number): boolean => {
  const neighbours = [
    /(\p{Lu}{3,}) $/u.exec(text.slice(0, start))?.[1],
    /^[ -](\p{Lu}{3,})/u.exec(text.slice(end))?.[1],
  ]
  return neighbours.some((word) => word !== undefined && !ACRONYMS.has(word))
}

/**
 * Capitalised surnames in place of capital ones.
 * @param people true when the text lists people or cities, where any capital run but a known acronym is a name
 */
export const caseSurnames = (text: string, people = false): string => {
  const own = new Set([...text.matchAll(/\((\p{Lu}{2,7})[),;]/gu)].map((match) => match[1] ?? ''))
  const source = text.replace(/\bXI (?=Jinping)/g, 'Xi ')
  return source.replace(/\p{Lu}[\p{Lu}'`]*\p{Lu}/gu, (run, start: number) => {
    const end = start + run.length
    if (run === 'AU' && source.charAt(end) === '-') return 'au'
    if (ACRONYMS.has(run) || own.has(run) || isParenthesised(source, start, end)) return run
    if (/\d/.test(source.charAt(start - 1)) || /\d/.test(source.charAt(end))) return run
    if (/^-\d/.test(source.slice(end)) || /^\p{Lu}'\p{Lu}$/u.test(run)) return run
    if (run.length === 2 && !people && !besideSurname(source, start, end)) return run
    const insideName =
      PARTICLE.test(run) && /[\p{L}.] $/u.test(source.slice(0, start)) && /^ \p{L}/u.test(source.slice(end))
    return insideName ? run.toLowerCase() : capitalize(run)
  })
}
