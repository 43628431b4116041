import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseDotenv } from './dotenv.ts'
import { collector, type Findings } from './found.ts'
import { mistake, type Mistake } from './mistake.ts'
import type { Settings } from './settings.ts'
import { suggestion } from './suggest.ts'

/** The process's variables and, in development, those of `.env` that the process does not have. */
export interface Environment {
  readonly values: Readonly<Record<string, string | undefined>>
  /** The name as reports show it: `.env: PORT`. */
  called: (name: string) => string
  readonly mistakes: readonly Mistake[]
}

export function openEnvironment(env: Readonly<Record<string, string | undefined>>, dotenvPath: string | undefined): Environment {
  const { values, unreadable } = parseDotenv(dotenvPath === undefined ? '' : (readIfThere(dotenvPath) ?? ''))
  return {
    values: { ...values, ...env },
    called: (name) => (env[name] === undefined && Object.hasOwn(values, name) ? `.env: ${name}` : name),
    mistakes: unreadable.map((line) =>
      mistake(`.env line ${line}`, 'cannot be read: write NAME=value, with quotes around a value that has blanks and a # in it.'),
    ),
  }
}

/** An empty variable counts as not set: that is how container tools spell an absent one. */
export function readEnvironment(description: Settings, environment: Environment, cwd: string): Findings {
  const { found, mistakes, add, refuse } = collector()
  const { values, called } = environment
  for (const { key, env } of description.all) {
    for (const name of env) {
      const text = values[name]
      const path = values[`${name}_FILE`]
      if (text && path) refuse(mistake(called(name), `and ${called(`${name}_FILE`)} are both set: keep one of them.`, key))
      else if (text) add(key, { source: 'environment', name: called(name), input: text })
      else if (path) {
        const content = readIfThere(resolve(cwd, path))
        if (content === undefined) refuse(mistake(called(`${name}_FILE`), `names the file ${path}, which cannot be read.`, key))
        // Editors and `echo` end files with a newline that is not part of the secret.
        else add(key, { source: 'environment', name: called(`${name}_FILE`), input: content.replace(/\r?\n$/, '') })
      }
    }
  }
  const known = new Set(description.all.flatMap(({ env }) => env.flatMap((name) => [name, `${name}_FILE`])))
  for (const name of Object.keys(values)) {
    if (name.startsWith('APP__') && !known.has(name)) {
      refuse(
        mistake(
          called(name),
          `is not a setting of this application.${suggestion(
            name,
            [...known].filter((one) => one.startsWith('APP__')),
          )}`,
        ),
      )
    }
  }
  return { found, mistakes }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
