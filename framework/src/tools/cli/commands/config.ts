import { explainSetting, loadSettings, type Explanation, type Mode, type Sources } from '../../../system/config/index.ts'
import type { Application } from '../../../app.ts'
import { BootError } from '../../../std/errors.ts'
import type { Answer, Command } from '../command.ts'
import { table, type Paint } from '../terminal.ts'

export const config: Command = {
  usage: 'config check | config explain [KEY]',
  summary: 'Check all settings (--env production, without its secrets), or show where values come from',
  flags: { env: 'MODE' },
  async run({ application, sources, words: [action, key], flags }) {
    const from = { ...sources, ...forMode(flags.get('env')) }
    if (action === 'check') return check(await application(), from)
    if (action === 'explain') return key === undefined ? explainAll(await application(), from) : explain(await application(), from, key)
    throw new BootError('usage-wrong', action === undefined ? 'config what?' : `config cannot ${action}.`, {
      fix: 'It can: check, explain KEY, explain.',
    })
  },
}

/** Where another mode's settings are checked, its secrets are not known. */
function forMode(mode: string | true | undefined): Partial<Sources> {
  if (mode === undefined) return {}
  if (mode === 'development' || mode === 'production' || mode === 'test') return { mode: mode satisfies Mode, secretsElsewhere: true }
  throw new BootError('usage-wrong', `--env is ${mode}.`, { fix: 'Give development, production or test.' })
}

/** Throws a `SettingsError` that lists every mistake: `main` prints it and exits with 78. */
async function check({ settings }: Application, sources: Sources): Promise<Answer> {
  loadSettings(settings, sources)
  const count = settings.all.length
  return { json: { ok: true, settings: count }, text: (paint) => `${paint('green', 'ok')}  ${count} settings, nothing wrong.` }
}

function explainAll({ settings }: Application, sources: Sources): Answer {
  const all = settings.all.map(({ key }) => explainSetting(settings, sources, key))
  const rows = (paint: Paint) =>
    table(
      ['setting', 'value', 'from'],
      all.map((one) => {
        const winner = one.candidates.find(({ wins }) => wins)
        return [
          one.key,
          one.problem ? { text: one.problem, colour: 'red' as const } : (winner?.text ?? ''),
          winner?.name ?? { text: 'not set', colour: 'dim' as const },
        ]
      }),
      paint,
    )
  return { json: all, text: rows }
}

function explain({ settings }: Application, sources: Sources, key: string): Answer {
  const explanation = explainSetting(settings, sources, key)
  return { json: explanation, text: (paint) => inWords(explanation, paint) }
}

function inWords({ key, describe, expected, candidates, problem }: Explanation, paint: Paint): string {
  const rows = candidates.map(({ name, text, wins }) => [
    wins ? { text: '→', colour: 'green' as const } : '',
    name,
    wins ? { text, colour: 'bold' as const } : { text, colour: 'dim' as const },
  ])
  const values = rows.length === 0 ? paint('dim', 'Nobody sets it.') : table(['', 'from', 'value'], rows, paint)
  return [`${paint('bold', key)}  ${expected}`, describe, '', values, ...(problem === undefined ? [] : ['', paint('red', problem)])].join(
    '\n',
  )
}
