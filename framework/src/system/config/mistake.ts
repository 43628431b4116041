import { BootError } from '../../std/errors.ts'

export interface Mistake {
  /** Absent when no setting is meant: an unknown flag, a broken file. */
  readonly key: string | undefined
  /** Where it was made: PORT, `--port`, `config.json`. */
  readonly name: string
  readonly code: 'config-invalid' | 'secret-weak'
  /** What follows the name. */
  readonly message: string
}

export function mistake(name: string, message: string, key?: string): Mistake {
  return { key, name, code: 'config-invalid', message }
}

/** All that is wrong with the configuration, in one report that shows no secret. */
export class SettingsError extends BootError {
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map(({ name, message, code }) => `  ${name} ${message}${code === 'secret-weak' ? ' [secret-weak]' : ''}`)
    super('config-invalid', `${mistakes.length === 1 ? '1 setting is' : `${mistakes.length} settings are`} wrong:\n${lines.join('\n')}`)
    this.name = 'SettingsError'
    this.mistakes = mistakes
  }
}
