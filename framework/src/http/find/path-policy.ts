import { pathParts } from '../../contract/path.ts'
import type { Pipeline } from '../stage.ts'
import { RadixRouter } from './radix-router.ts'
import type { Match, Router } from './router.ts'

/** What becomes of a path that is nearly that of a route: 404, a 308 to the right spelling, or the route's answer. */
export type Leniency = 'strict' | 'redirect' | 'ignore'

export interface PathRules {
  /** `/orders/` for `/orders`. Default `'strict'`. */
  readonly trailingSlash?: Leniency
  /** `/api//orders`. Default `'strict'`. */
  readonly duplicateSlash?: Leniency
  /** `/Orders`; the values of parameters keep their case. Default `'strict'`. */
  readonly case?: Leniency
}

/** Looks for the route that a path without one may have meant. Asked only where the path as it is found nothing. */
export class PathPolicy {
  readonly #rules: PathRules
  /** Every template by its lower-case form, without constraints: whether those hold, the real router says. */
  readonly #lower = new RadixRouter<string>()

  constructor(rules: PathRules, paths: ReadonlySet<string>) {
    this.#rules = rules
    if (isLenient(rules.case)) for (const path of paths) this.#lower.add({ method: 'GET', path: lowered(path), target: path, source: path })
  }

  /** Undefined where every rule is strict. */
  static of(rules: PathRules, pipelines: readonly Pipeline[]): PathPolicy | undefined {
    if (!Object.values(rules).some(isLenient)) return undefined
    const byShape = new Map(pipelines.map(({ route }) => [lowered(route.prefix + route.endpoint.path), route.prefix + route.endpoint.path]))
    return new PathPolicy(rules, new Set(byShape.values()))
  }

  find(path: string, method: string, match: Router<Pipeline>['match']): Match<Pipeline> | { kind: 'moved'; path: string } | undefined {
    const { trailingSlash, duplicateSlash, case: letters } = this.#rules
    let redirects = false
    let tidy = path
    const apply = (rule: Leniency | undefined, change: (before: string) => string) => {
      const after = isLenient(rule) ? change(tidy) : tidy
      if (after !== tidy && rule === 'redirect') redirects = true
      tidy = after
    }
    apply(duplicateSlash, (before) => before.replaceAll(/\/{2,}/g, '/'))
    apply(trailingSlash, (before) => (before.length > 1 ? before.replace(/\/$/, '') : before))
    apply(letters, (before) => this.#rightCase(before))
    if (tidy === path) return undefined
    const found = match(method, tidy)
    if (found.kind === 'none') return undefined
    // Browsers read a leading `/\` as `//`, the start of another host.
    return redirects ? { kind: 'moved', path: tidy.replaceAll('\\', '%5C') } : found
  }

  /** The path with the letters of the route's template and its own values. */
  #rightCase(path: string): string {
    const match = this.#lower.match('GET', lowerCase(path))
    if (match.kind !== 'found') return path
    const template = match.target.split('/')
    const wildcard = template.at(-1)!.startsWith('*')
    return path
      .split('/')
      .map((given, i) => {
        const part = template[i]
        const isLiteral = part !== undefined && !/[{*]/.test(part) && !(wildcard && i >= template.length - 1)
        return isLiteral ? part : given
      })
      .join('/')
  }
}

function isLenient(rule: Leniency | undefined): boolean {
  return rule !== undefined && rule !== 'strict'
}

function lowered(path: string): string {
  const { texts, params } = pathParts(path)
  return texts
    .map((text, i) =>
      i === 0 ? lowerCase(text) : `${params[i - 1]!.wildcard ? '*' : '{'}p${i}${params[i - 1]!.wildcard ? '' : '}'}${lowerCase(text)}`,
    )
    .join('')
}

/** Of ASCII letters only: it keeps every character where it is. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
