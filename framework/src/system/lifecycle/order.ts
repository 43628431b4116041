import { stopPhases, type Resource, type StopPhase } from '../../std/resource.ts'

type Ordered = Pick<Resource, 'name' | 'phase' | 'needs'>

/** As listed, but nothing before what it needs. Throws when that cannot be: a need that nobody opens, a circle, a need that closes too early. */
export function toStartOrder<R extends Ordered>(resources: readonly R[]): R[] {
  const order = new Set<R>()
  const visit = (resource: R, users: readonly R[]) => {
    if (order.has(resource)) return
    if (users.includes(resource))
      throw new Error(`These resources need each other: ${[...users, resource].map(({ name }) => name).join(' needs ')}. Break the circle.`)
    for (const need of resource.needs ?? []) {
      visit(listedNeed(resource, need, resources), [...users, resource])
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

function listedNeed<R extends Ordered>(user: R, need: Ordered, listed: readonly R[]): R {
  const found = listed.find((one) => one === need)
  if (found === undefined)
    throw new Error(`${user.name} needs ${need.name}, which is not among the application's resources: list it, or it is never opened.`)
  if (stopPhases.indexOf(phaseOf(found)) < stopPhases.indexOf(phaseOf(user)))
    throw new Error(
      `${user.name} closes in the phase ${phaseOf(user)} and needs ${need.name}, which would be closed by then, in ${phaseOf(need)}: give one of them another phase.`,
    )
  return found
}

function phaseOf({ phase = 'close' }: Pick<Resource, 'phase'>): StopPhase {
  return phase
}
