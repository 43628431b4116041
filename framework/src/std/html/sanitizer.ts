import { errorTable } from '../error-table.ts'
import { AppError } from '../errors.ts'
import { escapeAttribute } from '../escape/html.ts'
import { safeUrl, type LinkScheme } from '../escape/url.ts'
import { readTag, type Tag } from './read-tag.ts'
import { dropped, endedBy, knownTags, rawEnds, voidTags, type SafeTag } from './tags.ts'

export interface SanitizerOptions {
  /** What may stay: `['p', 'b', 'i']`. */
  tags: readonly SafeTag[]
  /** Where links may lead: `['https', 'mailto']`. They get `rel="nofollow noopener noreferrer ugc"`. Default: there are none. */
  links?: readonly LinkScheme[]
  /** Characters that a text may have. Default 50,000. */
  maxLength?: number
}

const deepest = 32
const rel = ' rel="nofollow noopener noreferrer ugc"'

/**
 * Makes a function from HTML that a stranger wrote to HTML that may be shown: tags that are not on the list go and their text stays; scripts,
 * styles, frames, SVG and the like go with what is in them; no attribute stays but the `href` of a link, and that only where it leads to a known scheme.
 *
 * The output is written anew, and can hold nothing but the tags of the list, well nested, and escaped text: it is safe whatever a browser
 * makes of the input. Cleaning it again changes nothing. It belongs between tags (in a `<div>`), not in an attribute or a script.
 * Throws `content-too-large` (413) for what is longer than `maxLength`.
 *
 * ```ts
 * import { sanitizer } from 'throughline/html'
 *
 * const clean = sanitizer({ tags: ['p', 'b', 'i', 'ul', 'li'], links: ['https', 'mailto'] })
 * clean('<p onclick=x()>Hi <b>you<script>steal()</script></p>') // <p>Hi <b>you</b></p>
 * ```
 */
export function sanitizer({ tags, links = [], maxLength = 50_000 }: SanitizerOptions): (html: string) => string {
  const unknown = tags.find((tag) => !knownTags.includes(tag))
  if (unknown !== undefined) throw new TypeError(`No sanitizer lets <${unknown}> through. It may let through: ${knownTags.join(', ')}.`)
  const scheme = links.find((one) => !['http', 'https', 'mailto'].includes(one))
  if (scheme !== undefined) throw new TypeError(`No sanitizer lets links to ${scheme}: through. They may lead to http, https and mailto.`)
  const allowed = new Set<string>(tags)
  return (html) => {
    if (html.length > maxLength) throw tooLong(html.length, maxLength)
    // Browsers leave U+0000 out or replace it, depending on where it stands. Nothing needs it.
    return new Cleaning(html.replaceAll('\0', ''), allowed, links).run()
  }
}

function tooLong(length: number, limit: number): AppError {
  const { status, title } = errorTable['content-too-large']
  const detail = `A text with HTML may have ${limit} characters at most; this one has ${length}.`
  return new AppError({ code: 'content-too-large', status, title, detail, fields: { limit } })
}

// `<!-->` and `<!--->` are whole comments.
const shortComment = /<!---?>/y
const commentEnd = /--!?>/g

class Cleaning {
  readonly #html: string
  readonly #allowed: ReadonlySet<string>
  readonly #links: readonly LinkScheme[]
  readonly #open: string[] = []
  #at = 0
  #out = ''
  /** The element whose content is being dropped, and how often it was opened in itself. */
  #dropping: { readonly name: string; depth: number } | undefined

  constructor(html: string, allowed: ReadonlySet<string>, links: readonly LinkScheme[]) {
    this.#html = html
    this.#allowed = allowed
    this.#links = links
  }

  run(): string {
    const html = this.#html
    while (this.#at < html.length) {
      const next = html.indexOf('<', this.#at)
      const end = next < 0 ? html.length : next
      this.#text(html.slice(this.#at, end))
      this.#at = end
      if (next >= 0) this.#markup()
    }
    this.#closeTo(0)
    return this.#out
  }

  /** Stands at a `<`. */
  #markup(): void {
    const html = this.#html
    const [second = '', third = ''] = html.slice(this.#at + 1, this.#at + 3)
    if (/[a-z]/i.test(second) || (second === '/' && /[a-z]/i.test(third))) this.#tag(readTag(html, this.#at))
    else if (html.startsWith('<!--', this.#at)) this.#comment()
    else if (second === '!' || second === '?' || (second === '/' && third !== '')) this.#skipPast('>')
    else {
      this.#text('<')
      this.#at++
    }
  }

  #comment(): void {
    shortComment.lastIndex = this.#at
    commentEnd.lastIndex = this.#at + 4
    const end = [shortComment, commentEnd].find((pattern) => pattern.test(this.#html))
    this.#at = end?.lastIndex ?? this.#html.length
  }

  #tag(tag: Tag | undefined): void {
    this.#at = tag?.end ?? this.#html.length
    if (tag === undefined) return
    if (this.#dropping !== undefined) this.#count(tag, this.#dropping)
    else if (tag.closes) this.#close(tag.name)
    else if (dropped.has(tag.name)) this.#drop(tag.name)
    else this.#openTag(tag)
    // What is text to a browser's parser is not looked into while something else is dropped either.
    if (this.#dropping !== undefined && !tag.closes && dropped.get(tag.name) === 'raw') this.#skipRaw(tag.name)
  }

  #count({ name, closes }: Tag, dropping: { readonly name: string; depth: number }): void {
    if (name !== dropping.name) return
    dropping.depth += closes ? -1 : 1
    if (dropping.depth === 0) this.#dropping = undefined
  }

  #drop(name: string): void {
    const how = dropped.get(name)
    if (how === 'rest') this.#at = this.#html.length
    else if (how === 'raw') this.#skipRaw(name)
    else this.#dropping = { name, depth: 1 }
  }

  #skipRaw(name: string): void {
    const end = rawEnds.get(name)!
    end.lastIndex = this.#at
    const found = end.exec(this.#html)
    this.#at = found === null ? this.#html.length : (readTag(this.#html, found.index)?.end ?? this.#html.length)
  }

  #skipPast(character: string): void {
    const end = this.#html.indexOf(character, this.#at)
    this.#at = end < 0 ? this.#html.length : end + 1
  }

  #openTag({ name, href }: Tag): void {
    const url = name === 'a' && href !== undefined ? safeUrl(href, this.#links) : undefined
    if (url === undefined && !this.#allowed.has(name)) return
    const ended = endedBy(name, this.#open)
    if (ended >= 0) this.#closeTo(ended)
    const isVoid = voidTags.has(name)
    if (!isVoid && this.#open.length >= deepest) return
    this.#out += url === undefined ? `<${name}>` : `<a href="${escapeAttribute(url)}"${rel}>`
    if (!isVoid) this.#open.push(name)
  }

  #close(name: string): void {
    const place = this.#open.lastIndexOf(name)
    if (place >= 0) this.#closeTo(place)
  }

  #closeTo(place: number): void {
    while (this.#open.length > place) this.#out += `</${this.#open.pop()}>`
  }

  #text(text: string): void {
    if (this.#dropping !== undefined || text === '') return
    // A whole reference stays: in text it stands for a character and never for markup.
    this.#out += text
      .replaceAll(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\da-z]{1,31});)/gi, '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  }
}
