const plainKey = /^[A-Za-z_$][\w$-]*$/
// Begins with a letter, so it is no number or date, and holds nothing that YAML reads as syntax.
const plainText = /^[A-Za-z](?:[\w ./()'+-]*[\w./()'+-])?$/
// Words that some YAML reader takes for a boolean or null.
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i

/**
 * A JSON value as YAML 1.2 that YAML 1.1 readers understand alike.
 *
 * ```ts
 * import { toYaml } from 'throughline/contract'
 *
 * toYaml({ openapi: '3.1.1', tags: ['no'] }) // 'openapi: "3.1.1"\ntags:\n  - "no"\n'
 * ```
 */
export function toYaml(value: unknown): string {
  return `${lines(value).join('\n')}\n`
}

function lines(value: unknown): string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap((item) => under('-', item, true))
  if (typeof value !== 'object' || value === null) return [scalar(value)]
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return members.length === 0 ? ['{}'] : members.flatMap(([name, member]) => under(`${text(name, plainKey)}:`, member, false))
}

function under(head: string, value: unknown, beside: boolean): string[] {
  const below = lines(value)
  if (typeof value !== 'object' || value === null || (below.length === 1 && /^(\[\]|\{\})$/.test(below[0]!))) return [`${head} ${below[0]}`]
  const indented = below.map((line) => `  ${line}`)
  return beside ? [`${head} ${below[0]}`, ...indented.slice(1)] : [head, ...indented]
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return text(value, plainText)
  return JSON.stringify(value) ?? 'null'
}

function text(value: string, plain: RegExp): string {
  if (plain.test(value) && !reserved.test(value)) return value
  // JSON leaves these as they are, YAML counts them as not printable.
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
