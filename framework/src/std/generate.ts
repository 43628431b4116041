/**
 * A function from generated source, or undefined where the process forbids that (`--disallow-code-generation-from-strings`,
 * a Content-Security-Policy): whoever generates code has a slower way at hand.
 *
 * Only words that the framework wrote or checked may get into `source`; nothing that a request carries is ever compiled.
 */
export function generate<Made>(parameters: readonly string[], source: string): Made | undefined {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the one place where code is generated
    return new Function(...parameters, `'use strict'\n${source}`) as Made
  } catch {
    return undefined
  }
}
