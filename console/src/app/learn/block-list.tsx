import { CopyButton } from '../parts/copy-button.tsx'
import type { Block, Inline } from './chapter.ts'

export function BlockList({ blocks }: { blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </>
  )
}

function BlockView({ block }: { block: Block }) {
  switch (block[0]) {
    case 'h':
      return <Heading block={block} />
    case 'p':
      return (
        <p>
          <InlineList text={block[1]} />
        </p>
      )
    case 'code':
      return (
        <div class="fence">
          <pre class="code" tabIndex={0}>
            <code>{block[2]}</code>
          </pre>
          <CopyButton label="Copy" text={() => block[2]} />
        </div>
      )
    case 'list':
      return <List block={block} />
    case 'quote':
      return (
        <blockquote>
          <BlockList blocks={block[1]} />
        </blockquote>
      )
    case 'table':
      return <Table block={block} />
    case 'hr':
      return <hr />
  }
}

function Heading({ block: [, depth, anchor, text] }: { block: Extract<Block, readonly ['h', ...unknown[]]> }) {
  const Tag = depth <= 2 ? 'h2' : 'h3'
  return (
    <Tag id={anchor}>
      <InlineList text={text} />
    </Tag>
  )
}

function List({ block: [, isOrdered, items] }: { block: Extract<Block, readonly ['list', ...unknown[]]> }) {
  const Tag = isOrdered ? 'ol' : 'ul'
  return (
    <Tag>
      {items.map((item, index) => (
        <li key={index}>
          <BlockList blocks={item} />
        </li>
      ))}
    </Tag>
  )
}

function Table({ block: [, head, rows] }: { block: Extract<Block, readonly ['table', ...unknown[]]> }) {
  return (
    <div class="scroll" tabIndex={0}>
      <table class="data">
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                <InlineList text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>
                  <InlineList text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function InlineList({ text }: { text: readonly Inline[] }) {
  return (
    <>
      {text.map((part, index) => (
        <InlineView key={index} part={part} />
      ))}
    </>
  )
}

function InlineView({ part }: { part: Inline }) {
  if (typeof part === 'string') return <>{part}</>
  if (part[0] === 'br') return <br />
  if (part[0] === 'code') return <code>{part[1]}</code>
  if (part[0] === 'a') {
    const isOutside = part[1].startsWith('https://')
    return (
      <a href={part[1]} {...(isOutside && { target: '_blank', rel: 'noopener noreferrer' })}>
        <InlineList text={part[2]} />
      </a>
    )
  }
  const [Tag, inner] = part
  return (
    <Tag>
      <InlineList text={inner} />
    </Tag>
  )
}
