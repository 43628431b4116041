import { cost, type Cost, type Load } from './load.ts'
import type { Server } from './process.ts'
import { alternate } from './rounds.ts'

interface Race<Name> {
  /** How a contestant is started, by its name. */
  readonly start: (name: Name) => Promise<Server>
  readonly load: (server: Server, name: Name) => Load
  /** How often all are started anew. */
  readonly processes: number
  /** Of each process. */
  readonly rounds: number
  /** Told of the contestants when they are warm, and when they are about to be stopped. */
  readonly before?: (servers: Readonly<Record<string, Server>>) => void | Promise<void>
  readonly after?: (servers: Readonly<Record<string, Server>>) => void | Promise<void>
}

/**
 * Loads all in turn, for a second each, all over again with new processes: what the compiler makes of a program differs by a fifth from one start
 * to the next, and stays so.
 */
export async function race<Name extends string>(
  names: readonly Name[],
  { start, load, processes, rounds, before, after }: Race<Name>,
): Promise<Record<Name, Cost[]>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as Cost[]])) as Record<Name, Cost[]>
  for (let process = 0; process < processes; process++) {
    const servers = {} as Record<Name, Server>
    for (const name of names) servers[name] = await start(name)
    for (const name of names) await cost(servers[name], { ...load(servers[name], name), seconds: 2 })
    await before?.(servers)
    const measured = await alternate(names, rounds, async (name) => cost(servers[name], load(servers[name], name)))
    for (const name of names) results[name].push(...measured[name])
    await after?.(servers)
    for (const name of names) await servers[name].stop()
  }
  return results
}
