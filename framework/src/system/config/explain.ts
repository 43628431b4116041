import type { Source } from './found.ts'
import { maskUrls } from '../../std/mask-urls.ts'
import { mistake, SettingsError } from './mistake.ts'
import { resolve, type Sources } from './resolve.ts'
import type { Settings } from './settings.ts'
import { suggestion } from './suggest.ts'

export interface Candidate {
  readonly source: Source
  readonly name: string
  /** Masked when it is a secret. */
  readonly text: string
  readonly wins: boolean
}

export interface Explanation {
  readonly key: string
  readonly describe: string
  readonly expected: string
  /** Weakest first. */
  readonly candidates: readonly Candidate[]
  /** What is wrong with the winner, or with there being none. */
  readonly problem: string | undefined
}

/** Every value that was offered for a setting, who offered it, and which one counts. Secrets are masked. */
export function explainSetting(description: Settings, sources: Sources, key: string): Explanation {
  const setting = description.all.find((one) => one.key === key || one.flag === key || one.env.includes(key))
  if (setting === undefined) {
    throw new SettingsError([
      mistake(
        key,
        `is not a setting.${suggestion(
          key,
          description.all.map((one) => one.key),
        )}`,
      ),
    ])
  }
  const { candidates, mistakes } = resolve(description, sources)
  const all = candidates.get(setting.key) ?? []
  const wrong = mistakes.find((one) => one.key === setting.key)
  return {
    key: setting.key,
    describe: setting.leaf.describe,
    expected: setting.leaf.expected,
    candidates: all.map(({ source, name, input }, index) => ({
      source,
      name,
      text: setting.leaf.type === 'secret' ? '[redacted]' : maskUrls(typeof input === 'string' ? input : JSON.stringify(input)),
      wins: index === all.length - 1,
    })),
    problem: wrong && `${wrong.name} ${wrong.message}`,
  }
}
