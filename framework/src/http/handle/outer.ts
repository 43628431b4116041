import { sortLayers } from './layer-order.ts'
import type { Exchange } from '../exchange.ts'
import type { Reply, Stage } from '../stage.ts'

/** The application's layers around everything that comes after this stage, guards included. */
export const outer: Stage = {
  name: 'outer',
  compile({ without, endpoint }, { outer: layers = [] }) {
    const listed = layers.filter((layer) => !without?.includes(layer))
    const wanted = sortLayers(listed, endpoint.address)
    if (wanted.length === 0) return undefined
    const enter = wanted.reduceRight<(c: Exchange) => Promise<Reply>>((inner, layer) => (c) => layer(c, () => inner(c)), rest)
    return { stage: 'outer', label: `outer ${wanted.map(({ name }) => name || 'layer').join(', ')}`, enter }
  },
}

/** The steps behind this one. A layer may answer on its own account and never ask for them. */
async function rest(c: Exchange): Promise<Reply> {
  const { pipeline } = c
  // The steps behind come later than this one, for the record of what a request waits for.
  await Promise.resolve()
  const own = pipeline.steps.findIndex(({ stage }) => stage === 'outer')
  const reply = await pipeline.enter(c, own + 1)
  c.waiting = pipeline.steps[own]
  // Nothing comes back when the deadline answered meanwhile: then there is nothing left for a layer to do.
  return reply ?? new Promise<never>(() => {})
}
