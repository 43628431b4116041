/** A chapter as `chapters.mjs` makes it of Markdown: data, and no HTML. */
export interface Chapter {
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
}

export type Block =
  | readonly ['h', depth: number, anchor: string, text: readonly Inline[]]
  | readonly ['p', text: readonly Inline[]]
  | readonly ['code', language: string, text: string]
  | readonly ['list', isOrdered: boolean, items: readonly (readonly Block[])[]]
  | readonly ['quote', blocks: readonly Block[]]
  | readonly ['table', head: readonly (readonly Inline[])[], rows: readonly (readonly (readonly Inline[])[])[]]
  | readonly ['hr']

export type Inline =
  | string
  | readonly ['code', text: string]
  | readonly ['strong' | 'em' | 'del', text: readonly Inline[]]
  | readonly ['a', href: string, text: readonly Inline[]]
  | readonly ['br']
