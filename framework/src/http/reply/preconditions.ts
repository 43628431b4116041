import { parseHttpDate } from '../../std/http-date.ts'

/** What a request's conditions are held against. */
export interface Representation {
  /** With its quotes. */
  readonly etag: string | undefined
  /** Milliseconds, whole seconds only: HTTP knows no finer ones. */
  readonly modified: number | undefined
}

export type Outcome = 'go-on' | 'not-modified' | 'failed'
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** RFC 9110, 13.2.2: the four conditions in their order. `current` is undefined where nothing is there yet. */
export function evaluate(headers: Headers, safe: boolean, current: Representation | undefined): Outcome {
  const ifMatch = headers['if-match'] as string | undefined
  if (ifMatch !== undefined) {
    if (!includes(ifMatch, current, true)) return 'failed'
  } else {
    const unmodified = dateOf(headers['if-unmodified-since'])
    if (unmodified !== undefined && current?.modified !== undefined && current.modified > unmodified) return 'failed'
  }
  const ifNoneMatch = headers['if-none-match'] as string | undefined
  if (ifNoneMatch !== undefined) return !includes(ifNoneMatch, current, false) ? 'go-on' : safe ? 'not-modified' : 'failed'
  if (!safe) return 'go-on'
  const modifiedSince = dateOf(headers['if-modified-since'])
  return modifiedSince !== undefined && current?.modified !== undefined && current.modified <= modifiedSince ? 'not-modified' : 'go-on'
}

/** Whether `If-Range` still holds, so that a part may be sent (13.1.5): strong tags only, dates to the second. */
export function stillTheSame(ifRange: string, { etag, modified }: Representation): boolean {
  if (ifRange.startsWith('"')) return ifRange === etag
  return modified !== undefined && parseHttpDate(ifRange) === modified
}

function includes(list: string, current: Representation | undefined, strong: boolean): boolean {
  if (list === '*') return current !== undefined
  const etag = current?.etag
  if (etag === undefined) return false
  if (list === etag) return !(strong && etag.startsWith('W/'))
  for (const [tag] of list.matchAll(/(?:W\/)?"[^"]*"/g)) {
    if (strong ? !tag.startsWith('W/') && isState(tag, etag) : isForm(bare(tag), bare(etag))) return true
  }
  return false
}

// A compressed answer has a tag of its own, `"7-br"`, and so has another variant, `"7;1"` (RFC 9110, 8.8.3.3).
const coding = /-(?:br|gzip|zstd)"$/
const variant = /^(?:;[\w-]+)+"$/

/** For readers: what they have holds the same, compressed or not. */
function isForm(tag: string, etag: string): boolean {
  return tag === etag || tag.replace(coding, '"') === etag
}

/** For writers: they have seen the same state, in whatever variant. */
function isState(tag: string, etag: string): boolean {
  if (isForm(tag, etag)) return true
  const same = etag.slice(0, -1)
  return tag.startsWith(same) && variant.test(tag.replace(coding, '"').slice(same.length))
}

function bare(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}

function dateOf(header: Headers[string]): number | undefined {
  return header === undefined ? undefined : parseHttpDate(header as string)
}
