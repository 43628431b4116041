import { BootError } from '../../std/errors.ts'
import { toBacktracking } from '../../std/regex/backtracking.ts'

/** Patterns that have a name: `{id:int}`, `{id:uuid}`, `{slug:slug}`. */
const named: Readonly<Record<string, RegExp>> = {
  int: /^(?:0|[1-9][0-9]{0,15})$/,
  uuid: /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/,
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
  const whole = `^(?:${pattern})$`
  try {
    // No path is longer than a head may be.
    if (toBacktracking(whole).ways(longestHead) > fewWays) refuse('takes more time with each repetition that can take the same characters')
    return new RegExp(whole, 'u')
  } catch (cause) {
    if (cause instanceof BootError) throw cause
    return refuse('is not a regular expression', cause)
  }
}

const longestHead = 16 * 1024
const fewWays = 64
