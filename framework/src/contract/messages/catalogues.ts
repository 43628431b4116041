import type { Issue, IssueCode } from '../compiled-schema.ts'
import { german } from './de.ts'
import { english } from './en.ts'
import { french } from './fr.ts'
import type { Phrases } from './phrases.ts'

/** The languages in which mistakes are explained, by their tag. English is what everything falls back to. */
export const catalogues: Readonly<Record<string, Phrases>> = { en: english, de: german, fr: french }

/** The same issues, explained by other phrases. What the author of a schema wrote stays as it is. */
export function translated(issues: readonly Issue[], phrases: Phrases): Issue[] {
  return issues.map((issue) => {
    const params = issue.params ?? {}
    const code = issue.code as IssueCode
    return issue.message === english(code, params) ? { ...issue, message: phrases(code, params) } : issue
  })
}
