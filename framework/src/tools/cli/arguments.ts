import { BootError } from '../../std/errors.ts'
import { suggestion } from '../../system/config/suggest.ts'
import type { Command } from './command.ts'

export interface Arguments {
  readonly words: readonly string[]
  readonly flags: ReadonlyMap<string, string | true>
  /** The values of flags that may be given several times, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>
  /** What came after `--`: the application's own flags. */
  readonly rest: readonly string[]
}

/** Flags that every command takes. */
export const commonFlags: NonNullable<Command['flags']> = { app: 'FILE', json: true, help: true, version: true }

/** Throws `BootError('usage-wrong')` for a flag that is not in `known`, or that lacks its value. */
export function parseArguments(argv: readonly string[], known: NonNullable<Command['flags']>): Arguments {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  const words: string[] = []
  const flags = new Map<string, string | true>()
  const lists = new Map<string, string[]>()
  for (let index = 0; index < own.length; index++) {
    const word = own[index]!
    if (!word.startsWith('-')) {
      words.push(word)
      continue
    }
    const [, name, inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(word === '-h' ? '--help' : word)!
    const kind = Object.hasOwn(known, name!) ? known[name!] : undefined
    if (kind === undefined)
      throw new BootError(
        'usage-wrong',
        `There is no flag ${word}.${suggestion(
          `--${name}`,
          Object.keys(known).map((one) => `--${one}`),
        )}`,
      )
    if (kind === true && inline !== undefined) throw new BootError('usage-wrong', `--${name} takes no value.`)
    const value = kind === true ? true : (inline ?? own[++index])
    if (value === undefined) throw new BootError('usage-wrong', `--${name} needs a value: --${name} ${String(kind)}.`)
    if (Array.isArray(kind)) lists.set(name!, [...(lists.get(name!) ?? []), String(value)])
    else flags.set(name!, value)
  }
  return { words, flags, lists, rest: end === -1 ? [] : argv.slice(end + 1) }
}
