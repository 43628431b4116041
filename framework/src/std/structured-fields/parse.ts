import { decimal, displayString, timestamp, token, type BareItem, type Dictionary, type InnerList, type Item, type List } from './values.ts'

const keyPattern = /[a-z*][a-z0-9_.*-]*/y
const tokenPattern = /[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*/y
const numberPattern = /(-?)(\d+)(?:\.(\d*))?/y
const stringPattern = /"((?:[ !#-[\]-~]|\\["\\])*)"/y
const bytesPattern = /:([A-Za-z0-9+/]*={0,2}):/y
const displayPattern = /%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"/y
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a field that is an Item (RFC 9651, 4.2). Several lines of one field are one text, joined with `, `.
 *
 * Throws a `SyntaxError` that names the position. A field that does not parse is to be ignored as a whole, not in parts.
 */
export function parseItem(text: string): Item {
  return whole(text, (reader) => reader.item())
}

/** Reads a field that is a List; an empty one has no members. Throws a `SyntaxError` that names the position. */
export function parseList(text: string): List {
  const members: (Item | InnerList)[] = []
  return whole(text, (reader) => {
    reader.members(() => members.push(reader.itemOrInnerList()))
    return members
  })
}

/** Reads a field that is a Dictionary; the last of two equal keys wins. Throws a `SyntaxError` that names the position. */
export function parseDictionary(text: string): Dictionary {
  const members = new Map<string, Item | InnerList>()
  return whole(text, (reader) => {
    reader.members(() => {
      const key = reader.key()
      members.set(key, reader.skip('=') ? reader.itemOrInnerList() : { value: true, parameters: reader.parameters() })
    })
    return members
  })
}

function whole<Value>(text: string, read: (reader: Reader) => Value): Value {
  const reader = new Reader(text)
  reader.spaces()
  const value = read(reader)
  reader.spaces()
  if (!reader.atEnd) throw reader.mistake('the end')
  return value
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length
  }

  members(read: () => void): void {
    while (!this.atEnd) {
      read()
      this.#blanks()
      if (this.atEnd) return
      if (!this.skip(',')) throw this.mistake('a comma')
      this.#blanks()
      if (this.atEnd) throw this.mistake('a member after the comma')
    }
  }

  itemOrInnerList(): Item | InnerList {
    return this.#text[this.#at] === '(' ? this.#innerList() : this.item()
  }

  item(): Item {
    return { value: this.#bareItem(), parameters: this.parameters() }
  }

  parameters(): Item['parameters'] {
    const parameters = new Map<string, BareItem>()
    while (this.skip(';')) {
      this.spaces()
      const key = this.key()
      parameters.set(key, this.skip('=') ? this.#bareItem() : true)
    }
    return parameters
  }

  key(): string {
    return (this.#match(keyPattern) ?? this.#expected('a key of lower-case letters'))[0]
  }

  spaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++
  }

  skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  mistake(wanted: string): SyntaxError {
    return new SyntaxError(`A structured field must have ${wanted} at position ${this.#at}.`)
  }

  #innerList(): InnerList {
    const items: Item[] = []
    this.skip('(')
    for (;;) {
      this.spaces()
      if (this.skip(')')) return { items, parameters: this.parameters() }
      items.push(this.item())
      const next = this.#text[this.#at]
      if (next !== ' ' && next !== ')') throw this.mistake('a space or )')
    }
  }

  #bareItem(): BareItem {
    switch (this.#text[this.#at]) {
      case '"':
        return (this.#match(stringPattern) ?? this.#expected('a string'))[1]!.replaceAll(/\\(.)/g, '$1')
      case ':':
        return this.#bytes()
      case '?':
        return (this.#match(/\?([01])/y) ?? this.#expected('?0 or ?1'))[1] === '1'
      case '@':
        return this.#timestamp()
      case '%':
        return this.#displayString()
      default: {
        const word = this.#match(tokenPattern)
        return word === null ? this.#number() : token(word[0])
      }
    }
  }

  #number(): BareItem {
    const [text, sign, whole, fraction] = this.#match(numberPattern) ?? this.#expected('a value')
    if (fraction === undefined) {
      if (whole!.length > 15) throw this.mistake('at most 15 digits')
      // Not -0, which no field can say.
      return Number(whole) * (sign === '-' ? -1 : 1) || 0
    }
    if (whole!.length > 12 || fraction.length < 1 || fraction.length > 3) throw this.mistake('at most 12 digits, a point and 1 to 3 digits')
    return decimal(Number(text))
  }

  #timestamp(): BareItem {
    this.skip('@')
    const seconds = this.#number()
    if (typeof seconds !== 'number') throw this.mistake('whole seconds')
    return timestamp(seconds)
  }

  #bytes(): Uint8Array {
    const [, base64] = this.#match(bytesPattern) ?? this.#expected('base64 between colons')
    try {
      return Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0))
    } catch {
      throw this.mistake('well-formed base64')
    }
  }

  #displayString(): BareItem {
    const [, escaped] = this.#match(displayPattern) ?? this.#expected('a display string')
    const latin1 = escaped!.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    try {
      return displayString(utf8.decode(Uint8Array.from(latin1, (character) => character.charCodeAt(0))))
    } catch {
      throw this.mistake('UTF-8')
    }
  }

  #blanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match !== null) this.#at = pattern.lastIndex
    return match
  }

  #expected(wanted: string): never {
    throw this.mistake(wanted)
  }
}
