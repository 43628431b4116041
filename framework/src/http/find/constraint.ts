import { BootError } from '../../std/errors.ts'

/** Patterns that have a name: `{id:int}`, `{id:uuid}`, `{slug:slug}`. */
const named: Readonly<Record<string, RegExp>> = {
  int: /^(?:0|[1-9][0-9]{0,15})$/,
  uuid: /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/,
  // Linear although a quantifier stands in a quantified group: the hyphen is in neither class.
  slug: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
}

/**
 * The test of a constrained parameter. Strangers choose what it is run on, so a pattern that can backtrack
 * more than linearly (ReDoS) is refused at boot: `BootError('contract-invalid')`.
 */
export function toConstraint(pattern: string, where: string): RegExp {
  const known = Object.hasOwn(named, pattern) ? named[pattern] : undefined
  if (known !== undefined) return known
  const refuse = (reason: string, cause?: unknown): never => {
    throw new BootError(
      'contract-invalid',
      `The pattern ${pattern} in ${where} ${reason}. Use ${Object.keys(named).join(', ')} or a simpler pattern.`,
      { cause },
    )
  }
  const danger = backtracking(pattern)
  if (danger !== undefined) refuse(danger)
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch (cause) {
    return refuse('is not a regular expression', cause)
  }
}

/**
 * Why a pattern might take more than linear time, or undefined. Conservative: it may refuse a harmless one.
 *
 * Backtracking needs two places that can take the same characters. So: no quantifier around a group that has a quantifier
 * or an alternative in it, no back-references or lookarounds, and at most one unbounded quantifier
 * (two, as in `\d+-\d+`, only with a literal between them that neither side can match).
 */
function backtracking(pattern: string): string | undefined {
  if (/\\[1-9k]|\(\?[=!<]/.test(pattern)) return 'has a back-reference, a lookaround or a named group'
  const bare = pattern.replace(/\\./g, (escape) => (/[dDwWsS]/.test(escape[1]!) ? 'C' : 'L')).replace(/\[[^\]]*\]/g, 'C')
  if (/\([^()]*[*+{|][^()]*\)(?:[*+?]|\{)/.test(bare)) return 'repeats a group that itself repeats or has alternatives'
  const unbounded = [...pattern.matchAll(/(\\.|\[[^\]]*\]|\)|.)(?:[*+]|\{\d+,\})/g)]
  for (let i = 1; i < unbounded.length; i++) {
    const before = unbounded[i - 1]!
    const after = unbounded[i]!
    const between = pattern.slice(before.index + before[0].length, after.index)
    const separated = between.split('').some((char) => /[-_.~,;:@ ]/.test(char) && !takes(before[1]!, char) && !takes(after[1]!, char))
    if (!separated) return 'has two unbounded repetitions that can take the same characters'
  }
  return undefined
}

/** Whether one atom can match `char`; a group counts as able to. */
function takes(atom: string, char: string): boolean {
  if (atom === ')') return true
  try {
    return new RegExp(`^${atom}$`, 'u').test(char)
  } catch {
    return true
  }
}
