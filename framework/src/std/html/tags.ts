/**
 * Elements that only say what text is: none loads, runs, styles, submits or switches the parser into another mode.
 * The safety of what is written rests on this list, so that nothing can be added to it from outside.
 */
export const knownTags = [
  'p', 'br', 'hr', 'div', 'span', 'blockquote', 'pre', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
  'b', 'i', 'u', 's', 'strong', 'em', 'small', 'mark', 'sub', 'sup', 'code', 'kbd', 'samp', 'var', 'q', 'cite', 'abbr', 'dfn', 'del', 'ins',
] as const // prettier-ignore

export type SafeTag = (typeof knownTags)[number]

export const voidTags: ReadonlySet<string> = new Set(['br', 'hr'])

/** What opens one of these inside of a paragraph has ended the paragraph, in every browser. */
const endsParagraph: ReadonlySet<string> = new Set('p hr div blockquote pre ul ol dl dt dd li h1 h2 h3 h4 h5 h6'.split(' '))

/** Where an element that opens ends others: the place in `open` of the outermost that it ends, or -1. */
export function endedBy(tag: string, open: readonly string[]): number {
  if (tag === 'a') return open.lastIndexOf('a')
  const list = tag === 'li' ? ['ul', 'ol'] : tag === 'dt' || tag === 'dd' ? ['dl'] : undefined
  if (list !== undefined) {
    const item = open.findLastIndex((one) => (tag === 'li' ? one === 'li' : one === 'dt' || one === 'dd'))
    if (item > open.findLastIndex((one) => list.includes(one))) return item
  }
  return endsParagraph.has(tag) ? open.lastIndexOf('p') : -1
}

/** Elements whose content is no prose: it goes with them. What is text to the parser (`raw`) ends at its own end tag, whatever is in it. */
export const dropped: ReadonlyMap<string, 'raw' | 'nested' | 'rest'> = new Map([
  ...['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript'].map((name) => [name, 'raw'] as const),
  ...['svg', 'math', 'template', 'select', 'object', 'head'].map((name) => [name, 'nested'] as const),
  ['plaintext', 'rest'],
])

export const rawEnds: ReadonlyMap<string, RegExp> = new Map(
  [...dropped].filter(([, how]) => how === 'raw').map(([name]) => [name, new RegExp(`</${name}(?=[\\s/>])`, 'gi')]),
)
