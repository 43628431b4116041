/** The name of a tag, in lower case, and where the reader stands behind it. */
export interface Tag {
  readonly name: string
  readonly closes: boolean
  readonly href: string | undefined
  /** Behind `>`. */
  readonly end: number
}

const namePattern = /\/?([a-z][^\s/>]*)/iy
// An attribute as browsers read it: a `>` between quotes does not end the tag. What follows a name without `=` is the next attribute.
const attributePattern = /[\s/]*(?:(>)|([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)|(?=>)))?)/y

/** Reads the tag that begins behind the `<` at `at`; undefined where it does not end, and browsers drop the rest of the text as well. */
export function readTag(html: string, at: number): Tag | undefined {
  namePattern.lastIndex = at + 1
  const name = namePattern.exec(html)![1]!.toLowerCase()
  let href: string | undefined
  attributePattern.lastIndex = namePattern.lastIndex
  for (;;) {
    const found = attributePattern.exec(html)
    if (found === null) return undefined
    const [, ends, attribute, ...values] = found
    if (ends !== undefined) return { name, closes: html[at + 1] === '/', href, end: attributePattern.lastIndex }
    // Of two, browsers take the first.
    if (attribute!.toLowerCase() === 'href') href ??= decode(values.find((value) => value !== undefined) ?? '')
  }
}

const named: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", colon: ':', sol: '/', num: '#', quest: '?', equals: '=', lpar: '(', rpar: ')',
  Tab: '\t', NewLine: '\n', nbsp: '\u00a0', period: '.', comma: ',', semi: ';', excl: '!', percnt: '%', lowbar: '_', commat: '@',
} // prettier-ignore

/**
 * The references of an attribute, as far as an address needs them. One that is not known stays as it is and is escaped when it is written:
 * what is judged here is what a browser will read, whatever was meant.
 */
function decode(value: string): string {
  return value.replaceAll(/&(?:#x([\da-f]+);?|#(\d+);?|([A-Za-z]+);)/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? named[name]! : whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code)
  })
}
