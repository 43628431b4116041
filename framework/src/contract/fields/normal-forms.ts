/**
 * Ways to write the same thing in one way. Each is idempotent: normalising twice changes nothing more.
 */

/** Zero-width spaces, direction controls and the like: texts that differ in them look the same. Joiners and variation selectors stay: scripts and emoji need them. */
// oxlint-disable-next-line no-misleading-character-class -- single characters are meant
const invisible = /[[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]--[\u200c\u200d\ufe00-\ufe0f]]/gv

/** NFC, without characters that cannot be seen, runs of white space as one space, none at the ends. */
export function toOneLine(text: string): string {
  return text.normalize('NFC').replace(invisible, '').normalize('NFC').replace(/\s+/gu, ' ').trim()
}

/** `alice@x.com` for ` Alice@X.com `. */
export function toEmail(text: string): string {
  return text.normalize('NFC').trim().toLowerCase()
}

/** `+14155552671` for `+1 (415) 555-2671`. */
export function toPhone(text: string): string {
  return text.replace(/[\s()./\u2010-\u2015-]/gu, '')
}

/** `DE` for ` de`. */
export function toCode(text: string): string {
  return text.trim().toUpperCase()
}

/** `hello-world` for `Hello World!`; accents are dropped where a letter carries them. */
export function slugify(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
}

/** Compatibility forms as the characters they stand for, lower case: for names that must not look like others. */
export function toIdentifier(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
}

/** `DE89370400440532013000` for `de89 3704 0044 0532 0130 00`. */
export function toIban(text: string): string {
  return text.replace(/\s+/gu, '').toUpperCase()
}

/** What a reader would count as characters. */
export function graphemes(text: string): number {
  // Plain ASCII needs no rules of Unicode, but for CR LF, which is one.
  // oxlint-disable-next-line no-control-regex -- ASCII is named by its ends
  if (/^[\x00-\x0c\x0e-\x7f]*$/.test(text)) return text.length
  return [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].length
}
