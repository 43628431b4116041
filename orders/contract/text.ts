import * as z from 'zod'

/** One line of text. Control characters are refused here: PostgreSQL cannot store U+0000 and would answer a 500. */
export const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u)

/** Several lines of text. */
export const prose = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .regex(/^[\P{Cc}\n\t]*$/u)
