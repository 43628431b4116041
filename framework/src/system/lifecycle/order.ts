import { stopPhases, type Resource, type StopPhase } from '../../std/resource.ts'

/** As listed, but nothing before what it needs. Throws when that cannot be: a need that nobody opens, a circle, a need that closes too early. */
export function toStartOrder(resources: readonly Resource[]): Resource[] {
  const order = new Set<Resource>()
  const visit = (resource: Resource, users: readonly Resource[]) => {
    if (order.has(resource)) return
    if (users.includes(resource))
      throw new Error(`These resources need each other: ${[...users, resource].map(({ name }) => name).join(' needs ')}. Break the circle.`)
    for (const need of resource.needs ?? []) {
      checkNeed(resource, need, resources)
      visit(need, [...users, resource])
    }
    order.add(resource)
  }
  for (const resource of resources) visit(resource, [])
  return [...order]
}

/** Phase by phase; within a phase, last opened first. */
export function toStopOrder<R extends Pick<Resource, 'phase'>>(opened: readonly R[]): { phase: StopPhase; resources: R[] }[] {
  return stopPhases.map((phase) => ({ phase, resources: opened.filter((one) => phaseOf(one) === phase).toReversed() }))
}

function checkNeed(user: Resource, need: Resource, listed: readonly Resource[]): void {
  if (!listed.includes(need))
    throw new Error(`${user.name} needs ${need.name}, which is not among the application's resources: list it, or it is never opened.`)
  if (stopPhases.indexOf(phaseOf(need)) < stopPhases.indexOf(phaseOf(user)))
    throw new Error(
      `${user.name} closes in the phase ${phaseOf(user)} and needs ${need.name}, which would be closed by then, in ${phaseOf(need)}: give one of them another phase.`,
    )
}

function phaseOf({ phase = 'close' }: Pick<Resource, 'phase'>): StopPhase {
  return phase
}
