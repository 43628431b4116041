// Turns the chapters of docs/ into plain data: the console draws them as elements, and nothing in them is ever read as HTML.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lexer } from 'marked'

/** An esbuild plugin: `import('virtual:chapters')` has every chapter, in reading order. */
export function chaptersPlugin(folder) {
  return {
    name: 'chapters',
    setup(build) {
      build.onResolve({ filter: /^virtual:chapters$/ }, ({ path }) => ({ path, namespace: 'chapters' }))
      build.onLoad({ filter: /.*/, namespace: 'chapters' }, async () => ({
        contents: `export const chapters = ${JSON.stringify(await readChapters(folder))}`,
        loader: 'js',
      }))
    },
  }
}

/** Numbered chapters by number, then the other pages, by title. */
export async function readChapters(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md').toSorted()
  const numbered = names.filter((name) => /^\d/.test(name))
  const ordered = [...numbered, ...names.filter((name) => !numbered.includes(name))]
  const known = new Set(ordered.map(idOf))
  return Promise.all(ordered.map(async (name) => toChapter(idOf(name), await readFile(join(folder, name), 'utf8'), known)))
}

export function toChapter(id, markdown, known = new Set()) {
  const blocks = toBlocks(lexer(markdown), known)
  const heading = blocks.find(([kind]) => kind === 'h')
  return { id, title: heading === undefined ? id : textOf(heading[3]), blocks }
}

function idOf(name) {
  return name.replace(/\.md$/, '')
}

/** Blocks: `['h', depth, anchor, inline]`, `['p', inline]`, `['code', language, text]`, `['list', ordered, items]`, `['quote', blocks]`, `['table', head, rows]`, `['hr']`. */
function toBlocks(tokens, known) {
  return tokens.flatMap((token) => {
    switch (token.type) {
      case 'heading': {
        const inline = toInline(token.tokens, known)
        return [['h', token.depth, anchorOf(textOf(inline)), inline]]
      }
      case 'paragraph': {
        const inline = toInline(token.tokens, known)
        return inline.length === 0 ? [] : [['p', inline]]
      }
      case 'text':
        return [['p', toInline(token.tokens ?? [token], known)]]
      case 'code':
        return [['code', token.lang ?? '', token.text]]
      case 'list':
        return [['list', token.ordered, token.items.map((item) => toBlocks(item.tokens, known))]]
      case 'blockquote':
        return [['quote', toBlocks(token.tokens, known)]]
      case 'table':
        return [
          [
            'table',
            token.header.map((cell) => toInline(cell.tokens, known)),
            token.rows.map((row) => row.map((cell) => toInline(cell.tokens, known))),
          ],
        ]
      case 'hr':
        return [['hr']]
      case 'html':
        return [['p', [token.text.trim()]]]
      default:
        return []
    }
  })
}

/** Inline: a text, or `['code', text]`, `['strong' | 'em' | 'del', inline]`, `['a', href, inline]`, `['br']`. */
function toInline(tokens = [], known = new Set()) {
  return tokens.flatMap((token) => {
    switch (token.type) {
      case 'codespan':
        return [['code', token.text]]
      case 'strong':
      case 'em':
      case 'del':
        return [[token.type, toInline(token.tokens, known)]]
      case 'link': {
        const inline = toInline(token.tokens, known)
        const href = addressOf(token.href, known)
        return href === undefined ? inline : [['a', href, inline]]
      }
      case 'br':
        return [['br']]
      // The pages are about what the pictures show.
      case 'image':
        return []
      case 'escape':
      case 'text':
        return token.tokens === undefined ? [token.text] : toInline(token.tokens, known)
      default:
        return [token.raw ?? '']
    }
  })
}

/** Where a link leads inside of the console; undefined for files that are only in the repository. */
function addressOf(href, known) {
  if (href.startsWith('https://')) return href
  if (href.startsWith('#')) return href
  const [, id, anchor = ''] = /^(?:\.\/)?([\w-]+)\.md(#.*)?$/.exec(href) ?? []
  return id !== undefined && known.has(id) ? `/console/learn/${id}${anchor}` : undefined
}

function textOf(inline) {
  return inline.map((part) => (typeof part === 'string' ? part : part[0] === 'code' ? part[1] : textOf(part.at(-1)))).join('')
}

function anchorOf(text) {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s+/g, '-')
}
