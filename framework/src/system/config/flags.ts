import { collector, type Findings } from './found.ts'
import { mistake } from './mistake.ts'
import type { Setting, Settings } from './settings.ts'
import { suggestion } from './suggest.ts'

export interface Flags extends Findings {
  /** Of `--config`. */
  readonly file: string | undefined
}

/** Reads `--port 8080`, `--port=8080`, `--verbose` and `--no-verbose`; of a repeated flag the last counts. */
export function readFlags(description: Settings, argv: readonly string[]): Flags {
  const { found, mistakes, add, refuse } = collector()
  const byFlag = new Map(description.all.map((setting) => [setting.flag, setting]))
  const known = [...byFlag.keys(), '--config']
  let file: string | undefined

  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!
    if (!/^--[a-z]/i.test(word)) {
      refuse(mistake(word, 'is not a flag: write `--name value` or `--name=value`.'))
      continue
    }
    const [name, inline] = split(word)
    const negated = negation(byFlag, name)
    const setting = byFlag.get(name) ?? negated
    const isSwitch = setting?.leaf.type === 'flag' && inline === undefined
    // What follows an unknown flag or a secret is taken with it: reported on its own, it would be noise, or the secret itself.
    const next = argv[index + 1]
    const value = inline ?? (isSwitch || next?.startsWith('--') ? undefined : next)
    if (inline === undefined && value !== undefined) index++

    if (setting === undefined && name !== '--config') refuse(mistake(name, `is not a flag of this application.${suggestion(name, known)}`))
    else if (setting?.leaf.type === 'secret') refuse(mistake(name, secretRefused(setting), setting.key))
    else if (setting !== undefined && isSwitch) add(setting.key, { source: 'flag', name, input: String(negated === undefined) })
    else if (value === undefined || negated !== undefined)
      refuse(mistake(name, negated === undefined ? 'needs a value.' : 'takes no value.', setting?.key))
    else if (setting === undefined) file = value
    else add(setting.key, { source: 'flag', name, input: value })
  }
  return { found, mistakes, file }
}

function split(word: string): [name: string, inline: string | undefined] {
  const equals = word.indexOf('=')
  return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
}

function negation(byFlag: ReadonlyMap<string, Setting>, name: string): Setting | undefined {
  const setting = name.startsWith('--no-') && !byFlag.has(name) ? byFlag.get(`--${name.slice(5)}`) : undefined
  return setting?.leaf.type === 'flag' ? setting : undefined
}

function secretRefused({ env }: Setting): string {
  return `is a secret, and every user of the machine can read the command line: set ${env[0]}, or ${env[0]}_FILE to a file that holds it.`
}
