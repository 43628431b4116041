import type { IssueCode } from '../compiled-schema.ts'

/** What a rule asks; each code knows what is in it. */
export type Params = Readonly<Record<string, any>>

/** One sentence a code, from what the rule asks; never from the value, which may be a secret. */
export type Phrases = (code: IssueCode, params: Params) => string

/** Which of the three kinds of size a limit is about, and its number. */
export function sizeOf(params: Params, bound: 'min' | 'max'): { kind: 'character' | 'item' | 'member'; count: number } | undefined {
  for (const [suffix, kind] of [
    ['Length', 'character'],
    ['Items', 'item'],
    ['Properties', 'member'],
  ] as const) {
    // prettier-ignore
    const count = params[bound + suffix]
    if (typeof count === 'number') return { kind, count }
  }
  return undefined
}

/** The allowed values as JSON, in a row. */
export function allowed(params: Params): { one: boolean; list: string } {
  const values = params['allowed'] as readonly unknown[]
  return { one: values.length === 1, list: values.map((value) => JSON.stringify(value)).join(', ') }
}
