import type { Chapter } from './chapter.ts'
import { blockText } from './plain-text.ts'

export interface Hit {
  readonly chapter: Chapter
  readonly heading: string
  readonly anchor: string
  /** The words around the first one that was found. */
  readonly excerpt: string
}

const most = 20
const around = 60

/** Sections that have every word, those with the words in their heading first. */
export function find(chapters: readonly Chapter[], text: string): Hit[] {
  const words = text.toLowerCase().trim().split(/\s+/)
  return chapters
    .flatMap(sections)
    .filter(({ heading, body }) => words.every((word) => `${heading} ${body}`.toLowerCase().includes(word)))
    .toSorted((a, b) => Number(inHeading(b.heading, words)) - Number(inHeading(a.heading, words)))
    .slice(0, most)
    .map(({ chapter, heading, anchor, body }) => ({ chapter, heading, anchor, excerpt: excerptOf(body, words[0]!) }))
}

interface Section {
  readonly chapter: Chapter
  readonly heading: string
  readonly anchor: string
  readonly body: string
}

function sections(chapter: Chapter): Section[] {
  const found: Section[] = []
  let [heading, anchor] = [chapter.title, '']
  let body: string[] = []
  const flush = () => found.push({ chapter, heading, anchor, body: body.join(' ') })
  for (const block of chapter.blocks) {
    if (block[0] === 'h' && block[1] > 1) {
      flush()
      ;[heading, anchor, body] = [blockText(block), block[2], []]
    } else if (block[0] !== 'h') body.push(blockText(block))
  }
  flush()
  return found
}

function inHeading(heading: string, words: readonly string[]): boolean {
  return words.some((word) => heading.toLowerCase().includes(word))
}

function excerptOf(body: string, word: string): string {
  const at = Math.max(0, body.toLowerCase().indexOf(word))
  const from = Math.max(0, at - around)
  const to = at + around * 2
  return `${from > 0 ? '…' : ''}${body.slice(from, to).trim()}${to < body.length ? '…' : ''}`
}
