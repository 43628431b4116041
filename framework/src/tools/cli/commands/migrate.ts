import type { Db, MigrationState } from '../../../services/db/index.ts'
import { BootError } from '../../../std/errors.ts'
import { suggestion } from '../../../system/config/suggest.ts'
import type { Answer, Command } from '../command.ts'
import { databasesOf, withDatabase } from '../databases.ts'
import { table, type Cell } from '../terminal.ts'

const actions: Readonly<Record<string, (db: Db) => Promise<Answer>>> = { status, up, 'dry-run': dryRun }

export const migrate: Command = {
  usage: 'migrate [status|up|dry-run]',
  summary: 'Show which migrations were applied, apply the pending ones, or print their SQL',
  async run({ application, sources, words }) {
    const name = words[0] ?? 'status'
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (action === undefined) {
      throw new BootError('usage-wrong', `migrate cannot ${name}.${suggestion(name, Object.keys(actions))}`, {
        fix: 'It can: status, up, dry-run.',
      })
    }
    const [db] = databasesOf(await application(), sources)
    if (db === undefined)
      throw new BootError('usage-wrong', 'This application has no database.', { fix: 'List one in the resources that `wire` returns.' })
    return withDatabase(db, action)
  },
}

async function status({ migrations }: Db): Promise<Answer> {
  const all = await migrations.status()
  const broken = all.some(({ state }) => state === 'edited' || state === 'missing')
  const pending = all.filter(({ state }) => state === 'pending').length
  return {
    json: all,
    exitCode: broken ? 1 : 0,
    text: (paint) => {
      const rows = all.map(({ set, name, state, appliedAt }): Cell[] => [
        { text: state, colour: colours[state] },
        set,
        name,
        appliedAt?.toISOString() ?? '',
      ])
      const summary =
        pending === 0 ? 'Nothing is pending.' : `${pending} pending: \`throughline migrate up\` applies ${pending === 1 ? 'it' : 'them'}.`
      return `${table(['state', 'set', 'name', 'applied'], rows, paint)}\n\n${summary}`
    },
  }
}

const colours = { applied: 'green', pending: 'yellow', edited: 'red', missing: 'red' } as const satisfies Record<MigrationState, string>

async function up({ migrations }: Db): Promise<Answer> {
  const done = await migrations.apply()
  return {
    json: done,
    text: (paint) =>
      done.length === 0
        ? 'Nothing was pending.'
        : done.map(({ set, name, ms }) => `${paint('green', 'applied')}  ${set}/${name}  ${ms} ms`).join('\n'),
  }
}

async function dryRun({ migrations }: Db): Promise<Answer> {
  const plan = await migrations.plan()
  return {
    json: plan,
    text: () =>
      plan.length === 0 ? '-- Nothing is pending.' : plan.map(({ set, name, sql }) => `-- ${set}/${name}\n${sql.trim()}\n`).join('\n'),
  }
}
