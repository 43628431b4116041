import type { Block, Inline } from './chapter.ts'

export function inlineText(text: readonly Inline[]): string {
  return text
    .map((part) => {
      if (typeof part === 'string') return part
      if (part[0] === 'br') return ' '
      if (part[0] === 'code') return part[1]
      return inlineText(part[0] === 'a' ? part[2] : part[1])
    })
    .join('')
}

export function blockText(block: Block): string {
  switch (block[0]) {
    case 'h':
      return inlineText(block[3])
    case 'p':
      return inlineText(block[1])
    case 'code':
      return block[2]
    case 'list':
      return block[2].map((item) => item.map(blockText).join(' ')).join(' ')
    case 'quote':
      return block[1].map(blockText).join(' ')
    case 'table':
      return [block[1], ...block[2]].map((row) => row.map(inlineText).join(' ')).join(' ')
    case 'hr':
      return ''
  }
}
