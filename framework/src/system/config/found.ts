import type { Mistake } from './mistake.ts'

export type Source = 'default' | 'file' | 'environment' | 'flag' | 'code'

/** A value somebody gave for a setting, not yet read. */
export interface Found {
  readonly source: Source
  /** PORT, `.env: PORT`, `config.json`, `--port`. */
  readonly name: string
  readonly input: unknown
}

/** What one source holds: by key, in rising precedence, and what is wrong with the source itself. */
export interface Findings {
  readonly found: ReadonlyMap<string, readonly Found[]>
  readonly mistakes: readonly Mistake[]
}

export interface Collector extends Findings {
  add: (key: string, found: Found) => void
  refuse: (mistake: Mistake) => void
}

export function collector(): Collector {
  const found = new Map<string, Found[]>()
  const mistakes: Mistake[] = []
  return {
    found,
    mistakes,
    add(key, value) {
      const before = found.get(key)
      if (before === undefined) found.set(key, [value])
      else before.push(value)
    },
    refuse: (wrong) => void mistakes.push(wrong),
  }
}
