export interface SqlToken {
  readonly kind: 'keyword' | 'text' | 'number' | 'parameter' | 'comment' | 'space' | 'other'
  readonly text: string
}

const pattern =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*'|"(?:[^"]|"")*"|\$\w*\$[\s\S]*?\$\w*\$)|(\$\d+)|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)|(\s+)|([\s\S])/g
const keywords = new Set(
  `select from where and or not in is null as on join left right inner outer full cross lateral group by order having limit offset insert into
  values update set delete returning with recursive distinct union all except intersect case when then else end exists between like ilike any
  asc desc nulls first last begin commit rollback savepoint release for share skip locked of only over partition filter using conflict do nothing
  true false default create table index alter drop primary key references unique analyze explain fetch next rows`.split(/\s+/),
)
/** Words that begin a line of their own. */
const lines =
  /^(?:select|from|where|group|order|having|limit|offset|insert|values|update|set|delete|returning|union|except|intersect|for|on|left|inner|right|full|cross|join|and|or)$/

export function tokens(sql: string): SqlToken[] {
  return [...sql.matchAll(pattern)].map(([text, comment, quoted, parameter, number, word, space]) => {
    if (comment !== undefined) return { kind: 'comment', text }
    if (quoted !== undefined) return { kind: quoted.startsWith('"') ? 'other' : 'text', text }
    if (parameter !== undefined) return { kind: 'parameter', text }
    if (number !== undefined) return { kind: 'number', text }
    if (word !== undefined) return { kind: keywords.has(word.toLowerCase()) ? 'keyword' : 'other', text }
    return { kind: space === undefined ? 'other' : 'space', text }
  })
}

/** The same statement with a line for each of its clauses. Only white space is changed. */
export function laidOut(sql: string): SqlToken[] {
  const out: SqlToken[] = []
  let depth = 0
  let before = ''
  for (const token of tokens(sql)) {
    if (token.kind === 'space') {
      if (out.length > 0 && out.at(-1)?.kind !== 'space') out.push({ kind: 'space', text: ' ' })
      continue
    }
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    const word = token.text.toLowerCase()
    if (token.kind === 'keyword' && out.length > 0 && depth === 0 && lines.test(word) && !isTied(word, before)) breakLine(out, word)
    out.push(token)
    before = word
  }
  return out
}

/** `left join`, `for update`, `on conflict do update set`: the second word stays with the first. */
function isTied(word: string, before: string): boolean {
  if (word === 'join') return /^(?:left|right|inner|full|cross|outer|lateral)$/.test(before)
  if (word === 'update') return before === 'for' || before === 'do'
  if (word === 'set') return before === 'update'
  return word === 'on' ? before === 'distinct' : word === 'select' ? before === 'all' : word === 'from' ? before === 'distinct' : false
}

function breakLine(out: SqlToken[], word: string): void {
  if (out.at(-1)?.kind === 'space') out.pop()
  out.push({ kind: 'space', text: /^(?:and|or|on)$/.test(word) ? '\n  ' : '\n' })
}
