import { checked } from './check.ts'
import { sortLayers } from './layer-order.ts'
import { once } from './once.ts'
import type { Exchange } from '../exchange.ts'
import { Reply, reply, type Around, type Context, type Route, type Stage } from '../stage.ts'

/** Runs your function, inside of the application's `around` layers. */
export const handle: Stage = {
  name: 'handle',
  compile(route, site) {
    const listed = [...site.around, ...(route.around ?? [])].filter((layer) => !route.without?.includes(layer))
    const layers = sortLayers(listed, route.endpoint.address)
    const names = layers.map(({ name }) => name || 'layer')
    const enter = layers.length === 0 ? plain(route) : onion(route, layers)
    return {
      stage: 'handle',
      label: [...names, route.name].join(' → '),
      // Around everything of yours: an answer from before runs none of it.
      enter: route.endpoint.promises.idempotent === undefined ? enter : once(site, checked(route, enter)),
    }
  },
}

type Enter = (c: Exchange) => Reply | Promise<Reply>

function plain({ handler }: Route): Enter {
  return (c) => {
    const value = handler(c)
    return value instanceof Promise ? value.then(toReply) : toReply(value)
  }
}

/** First layer outermost: A before, B before, handler, B after, A after. Composed here, once, and not on every request. */
function onion(route: Route, layers: readonly Around[]): Enter {
  const core = plain(route)
  return layers.reduceRight<(c: Exchange) => Reply | Promise<Reply>>(
    (inner, layer) => (c) => layer(c as Context, async () => inner(c)),
    core,
  )
}

function toReply(value: unknown): Reply {
  return value instanceof Reply ? value : reply(value)
}
