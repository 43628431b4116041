import { dirname } from 'node:path'
import { inspect, type Inspection } from '../../../app.ts'
import { BootError } from '../../../std/errors.ts'
import type { Command, Invocation } from '../command.ts'
import { checkDatabase, checkDataFolder, checkDisk, checkLockfile, checkNode, checkPort, type Finding } from '../checks.ts'
import { databasesOf } from '../databases.ts'
import { declaredEndpoints } from '../declared-endpoints.ts'
import { checkLogCalls } from '../log-checks.ts'
import { checkRoutes } from '../route-checks.ts'

export const doctor: Command = {
  usage: 'doctor',
  summary: 'Look for what would keep the application from starting or serving',
  async run(invocation) {
    const findings = await examine(invocation)
    return {
      json: findings,
      exitCode: findings.some(({ status }) => status === 'fail') ? 1 : 0,
      text: (paint) => {
        const width = Math.max(...findings.map(({ name }) => name.length))
        return findings
          .map(
            ({ name, status, found, fix }) =>
              `${paint(colours[status], status.padEnd(4))}  ${name.padEnd(width)}  ${found}${fix === undefined ? '' : `\n${' '.repeat(width + 8)}${paint('dim', fix)}`}`,
          )
          .join('\n')
      },
    }
  },
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

async function examine({ application, applicationFile, sources }: Invocation): Promise<Finding[]> {
  const always = [checkNode(process.versions.node), checkLockfile(sources.cwd)]
  let inspection: Inspection
  try {
    inspection = inspect(await application(), { sources })
  } catch (error) {
    return [...always, refusal('application', error)]
  }
  const { settings, pipelines, absent } = inspection
  const wired: Finding = { name: 'application', status: 'ok', found: `${pipelines.length} endpoints, ${settings.mode}` }
  const routes = checkRoutes({
    served: pipelines.map(({ route }) => route),
    absent,
    declared: await declaredEndpoints(applicationFile()),
    allowedHosts: settings.allowedHosts,
    cwd: sources.cwd,
  })
  const [db] = databasesOf(await application(), sources)
  return [
    ...always,
    wired,
    ...routes,
    checkLogCalls(dirname(applicationFile())),
    checkDataFolder(settings.dataDir),
    checkDisk(settings.dataDir),
    await checkPort(settings.host, settings.port),
    ...(db === undefined ? [] : [await checkDatabase(db, settings.dataDir).catch((error: unknown) => refusal('database', error))]),
  ]
}

function refusal(name: string, error: unknown): Finding {
  const found = error instanceof Error ? error.message : String(error)
  return {
    name,
    status: 'fail',
    found,
    fix: error instanceof BootError ? error.fix : 'This is a mistake in the code: its stack is printed by a start.',
  }
}
