import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { silentLog, type Log } from '../../std/log.ts'
import { group, implement } from '../implement.ts'
import { ordered, type LayerOrder } from './layer-order.ts'
import type { Around } from '../stage.ts'

const read = endpoint('GET /read', { summary: 'Read', auth: 'none', returns: z.string() })

function world() {
  const trace: string[] = []
  const rules: unknown[] = []
  const log: Log = {
    ...silentLog,
    warn: (event, fields) => void rules.push(event === 'layer out of place' ? fields?.['rule'] : event),
    child: () => log,
  }
  const layer = (name: string, order?: LayerOrder): Around => {
    const { [name]: made } = { [name]: (async (_c, next) => (trace.push(name), next())) as Around }
    return order === undefined ? made! : ordered(made!, order)
  }
  const open = async (t: TestContext, app: { outer?: Around[]; around?: Around[]; group?: Around[] }) => {
    const routes = group('', { around: app.group ?? [] }, implement({ read }, { read: () => 'read' }))
    const site = await openSite({ routes, log, outer: (app.outer ?? []) as never, around: app.around ?? [] })
    t.after(() => site.close())
    await fetch(`${site.url}/read`)
    return site
  }
  return { trace, rules, layer, open }
}

describe('the order of layers', () => {
  it('is what they say of themselves, whoever lists them and in whatever order · M07.14', async (t) => {
    const { trace, layer, open, rules } = world()
    const [timing, plain] = [layer('timing'), layer('plain')]
    const audit = layer('audit', { after: [timing] })
    const gate = layer('gate', { before: [timing] })
    const site = await open(t, { around: [audit, plain], group: [timing, gate] })
    assert.deepEqual(trace, ['plain', 'gate', 'timing', 'audit'])
    const { label } = site.site.pipelines[0]!.steps.find(({ stage }) => stage === 'handle')!
    assert.equal(label, 'plain → gate → timing → audit → read')
    assert.deepEqual(rules, [])
  })

  it('holds among outer layers as well · M07.14', async (t) => {
    const { trace, layer, open } = world()
    const inner = layer('inner')
    await open(t, { outer: [inner, layer('outermost', { before: [inner] })] })
    assert.deepEqual(trace, ['outermost', 'inner'])
  })

  it('is refused at boot where it goes in a circle · M07.14', async (t) => {
    const { layer, open } = world()
    const [one, other] = [layer('one'), layer('other')]
    ordered(one, { before: [other] })
    ordered(other, { before: [one] })
    await assert.rejects(open(t, { around: [one, layer('third'), other] }), {
      code: 'layers-circular',
      message: /Each of the layers one, other around GET \/read/,
    })
  })

  it('is a warning with its rule where no list can fulfil it, and once for all routes · M07.14', async (t) => {
    const { layer, open, rules } = world()
    const session = layer('session')
    const early = layer('early', { after: [session] })
    const late = layer('late', { before: [early] })
    await open(t, { outer: [early], around: [session, late] })
    assert.deepEqual(rules, [
      'session must stand before early, but around stands inside of outer: list both in one of them',
      'late must stand before early, but around stands inside of outer: list both in one of them',
    ])
  })

  it('warns of a layer that runs twice · M07.14', async (t) => {
    const { layer, open, rules, trace } = world()
    const audit = layer('audit')
    await open(t, { around: [audit], group: [audit] })
    assert.deepEqual([trace, rules], [['audit', 'audit'], ['audit runs twice: take it out of the application or of the group']])
  })
})
