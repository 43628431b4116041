import { existsSync, readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../../../shared/suites/desync/', import.meta.url)
export const hasGuardianCases = existsSync(folder)

/** A request of `http-desync-guardian`'s suite, and how it classifies it. */
export interface GuardianCase {
  readonly file: string
  readonly name: string
  readonly tier: string
  /** The request head, byte for byte. */
  readonly head: Buffer
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** The suite's files use a small corner of YAML: lists of flat maps, and plain, single- or double-quoted scalars. */
export function guardianCases(): GuardianCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && file !== 'single-case.yaml')
    .flatMap((file) =>
      readFileSync(new URL(file, folder), 'latin1')
        .split(/^- /m)
        .slice(1)
        .map((block) => toCase(file, block)),
    )
}

function toCase(file: string, block: string): GuardianCase {
  const field = (key: string, indent: string) => scalar(new RegExp(`^${indent}${key}:(.*)$`, 'm').exec(block)?.[1] ?? '')
  const headers = [...block.matchAll(/^ {4}- name:(.*)\n {6}value:(.*)$/gm)].map(
    ([, name, value]) => [scalar(name!), scalar(value!)] as const,
  )
  const all = headers.some(([name]) => name.toLowerCase() === 'host') ? headers : [['Host', 'example.com'] as const, ...headers]
  const line = `${field('method', ' {2}')} ${field('uri', ' {2}')} ${field('version', ' {2}')}`
  const head = `${line}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return {
    file,
    name: scalar(block.slice('name:'.length, block.indexOf('\n'))),
    tier: field('tier', ' {4}'),
    head: Buffer.from(head, 'latin1'),
    headers,
  }
}

function scalar(text: string): string {
  const value = text.replace(/\s+#.*$/, '').trim()
  if (value.startsWith("'")) return value.slice(1, -1).replaceAll("''", "'")
  if (!value.startsWith('"')) return value
  return value
    .slice(1, -1)
    .replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, letter: string) =>
      hex === undefined
        ? ({ n: '\n', r: '\r', t: '\t', 0: '\0', b: '\b', f: '\f', v: '\v' }[letter] ?? letter)
        : String.fromCharCode(Number.parseInt(hex, 16)),
    )
}
