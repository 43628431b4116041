/** One element of `Accept`, `Accept-Language` or `Accept-Encoding`. */
export interface Wish {
  /** In lower case: `text/csv`, `de-ch`, `gzip`, `*`. */
  readonly value: string
  /** Beside `q`, with names in lower case. */
  readonly params: ReadonlyMap<string, string>
  /** From 0, which excludes, to 1. */
  readonly q: number
}

/** Nobody means more than these, and every one of them costs a comparison with every offer. */
const mostWishes = 64
const element = /[ \t]*([^\s,;"]+)((?:[ \t]*;(?:[ \t]*[\w!#$%&'*+.^`|~-]+=(?:"(?:[^"\\]|\\.)*"|[^\s,;"]*))?)*)[ \t]*(?:,|$)|[^,]*(?:,|$)/gy
const parameter = /([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*))/g
const weight = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/** The elements of a header with q-values (RFC 9110, 12.4.2), in their order. What is not well-formed is passed over: it can ask for nothing. */
export function parseWishes(header: string): Wish[] {
  const wishes: Wish[] = []
  for (const [text, value, parameters] of header.matchAll(element)) {
    if (text === '' || wishes.length === mostWishes) break
    if (value === undefined) continue
    const wish = toWish(value, parameters ?? '')
    if (wish !== undefined) wishes.push(wish)
  }
  return wishes
}

const noParams: ReadonlyMap<string, string> = new Map()

function toWish(value: string, parameters: string): Wish | undefined {
  if (parameters === '') return { value: value.toLowerCase(), params: noParams, q: 1 }
  const params = new Map<string, string>()
  let q = 1
  for (const [, name, quoted, plain] of parameters.matchAll(parameter)) {
    const content = quoted === undefined ? plain! : quoted.replaceAll(/\\(.)/g, '$1')
    if (name!.toLowerCase() !== 'q') params.set(name!.toLowerCase(), content)
    else if (weight.test(content)) q = Number(content)
    else return undefined
  }
  return { value: value.toLowerCase(), params, q }
}

/** A media type that can be had: names in lower case. */
export interface MediaOffer {
  readonly mediaType: string
  readonly aliases: readonly string[]
  readonly params: ReadonlyMap<string, string>
}

/**
 * Which offer `Accept` likes best, by its index; -1 where it likes none. Of the ranges that fit an offer the most specific one gives its weight
 * (RFC 9110, 12.5.1); of offers with equal weight the first one wins.
 */
export function bestMedia(header: string, offers: readonly MediaOffer[]): number {
  const wishes = parseWishes(header)
  if (wishes.length === 0) return 0
  let best = -1
  let highest = 0
  for (const [i, offer] of offers.entries()) {
    const q = weightOf(offer, wishes)
    if (q > highest) {
      highest = q
      best = i
    }
  }
  return best
}

function weightOf(offer: MediaOffer, wishes: readonly Wish[]): number {
  let specific = -1
  let q = 0
  for (const wish of wishes) {
    const how = specificity(offer, wish)
    if (how > specific || (how === specific && how >= 0 && wish.q > q)) {
      specific = how
      q = wish.q
    }
  }
  return q
}

/** -1: does not fit. 0: anything. 1: any of this type. 2 and more: this one, and one more for each parameter. */
function specificity({ mediaType, aliases, params }: MediaOffer, wish: Wish): number {
  let how: number
  if (wish.value === mediaType || aliases.includes(wish.value)) how = 2
  else if (wish.value === '*/*' || wish.value === '*') how = 0
  else if (wish.value.endsWith('/*') && mediaType.startsWith(wish.value.slice(0, -1))) how = 1
  else return -1
  for (const [name, value] of wish.params) {
    // Everything is answered in UTF-8, also where the media type has no such parameter.
    const fits = name === 'charset' ? value.toLowerCase() === 'utf-8' : params.get(name) === value
    if (!fits) return -1
    how++
  }
  return how
}

/** RFC 4647, 3.4 (lookup): the first wish that an offer fulfils, cut shorter subtag by subtag; else the first offer. */
export function bestLanguage(header: string, offers: readonly string[]): string {
  const wishes = parseWishes(header).toSorted((left, right) => right.q - left.q)
  const refused = new Set(wishes.filter(({ q }) => q === 0).map(({ value }) => value))
  const offered = new Map(offers.map((offer) => [offer.toLowerCase(), offer]))
  for (const { value, q } of wishes) {
    if (q === 0) break
    for (let range = value; range !== ''; range = shortened(range)) {
      const offer = refused.has(range) ? undefined : offered.get(range)
      if (offer !== undefined) return offer
    }
  }
  return offers.find((offer) => !refused.has(offer.toLowerCase())) ?? offers[0]!
}

/** Without its last subtag, nor the singleton (`x`, `u`) that would then be its last one. */
function shortened(range: string): string {
  const cut = range.slice(0, Math.max(0, range.lastIndexOf('-')))
  return /(?:^|-)[a-z0-9]$/.test(cut) ? shortened(cut) : cut
}

export interface CodingChoice<Name extends string> {
  /** Undefined: as it is. */
  readonly coding: Name | undefined
  /** Whether the caller refuses it as it is. */
  readonly forced: boolean
}

/**
 * The content coding for an answer (RFC 9110, 12.5.3); undefined when the caller refuses all there is. Of codings that are liked equally the first
 * offer wins. Unencoded is always possible unless it is excluded, but is preferred only by name.
 */
export function bestCoding<Name extends string>(header: string, offers: readonly Name[]): CodingChoice<Name> | undefined {
  const weights = new Map(parseWishes(header).map(({ value, q }) => [value === 'x-gzip' ? 'gzip' : value, q]))
  const others = weights.get('*')
  const plain = weights.get('identity')
  let coding: Name | undefined
  let highest = plain ?? 0
  for (const offer of offers) {
    const q = weights.get(offer) ?? others ?? 0
    // Named beside an equal coding, "as it is" is a fallback and no wish.
    if (q > highest || (q === highest && q > 0 && coding === undefined)) {
      highest = q
      coding = offer
    }
  }
  const forced = (plain ?? others) === 0
  if (forced && coding === undefined) return undefined
  return { coding, forced }
}

/** What a function makes of a header, kept: there are few different headers, and they come again. */
export function remembered<Value>(make: (header: string) => Value, most = 256): (header: string) => Value {
  const known = new Map<string, Value>()
  return (header) => {
    let value = known.get(header)
    if (value === undefined) {
      value = make(header)
      // Whoever sends another one every time must not fill the memory.
      if (known.size < most && header.length <= 512) known.set(header, value)
    }
    return value
  }
}
