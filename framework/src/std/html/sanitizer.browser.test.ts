import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'
import { hostileHtml } from './fixtures/hostile-html.ts'
import { sanitizer } from './sanitizer.ts'
import { knownTags } from './tags.ts'

const executablePath =
  process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const corpus = Object.values(hostileHtml).flat()

let browser: Browser
before(async () => {
  if (executablePath === undefined) throw new Error('No Chromium was found: install one, or set CHROMIUM to its path.')
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] })
})
after(() => browser?.close())

interface Seen {
  /** How often `bad()` was called. */
  readonly bad: number
  /** What was asked of a network. */
  readonly asked: readonly string[]
  /** Elements and attributes that are in the page. */
  readonly names: readonly string[]
  readonly links: readonly string[]
}

/** Has a browser parse each text in every way that pages do: as a document, as `innerHTML`, without scripting, and again what it wrote itself. */
async function shown(texts: readonly string[]): Promise<Seen> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const asked: string[] = []
    await page.route('**', (route) => {
      asked.push(route.request().url())
      return route.fulfill({ contentType: 'text/html', body: '<!doctype html><body>' })
    })
    await page.goto('https://shop.example/')
    asked.length = 0
    const seen = await page.evaluate(parseAll, texts)
    await settled(page)
    return { ...seen, bad: await page.evaluate(() => (globalThis as { calls?: number }).calls ?? 0), asked }
  } finally {
    await context.close()
  }
}

function parseAll(texts: readonly string[]): Pick<Seen, 'names' | 'links'> {
  const names = new Set<string>()
  const links = new Set<string>()
  const global = globalThis as { calls?: number; bad?: () => void }
  global.bad = () => void (global.calls = (global.calls ?? 0) + 1)
  const look = (root: ParentNode) => {
    for (const element of root.querySelectorAll('*')) {
      names.add(`${element.namespaceURI!.endsWith('xhtml') ? '' : `${element.namespaceURI} `}${element.localName}`)
      for (const { name } of element.attributes) names.add(`@${name}`)
      if (element instanceof HTMLAnchorElement) links.add(element.protocol)
    }
  }
  for (const text of texts) {
    const frame = document.body.appendChild(document.createElement('iframe'))
    Object.assign(frame.contentWindow!, { bad: global.bad })
    frame.contentDocument!.open()
    frame.contentDocument!.write(`<!doctype html><body><div>${text}</div>`)
    frame.contentDocument!.close()
    if (frame.contentDocument?.body) look(frame.contentDocument.body)
    const unscripted = new DOMParser().parseFromString(`<body><div>${text}</div>`, 'text/html').body
    look(unscripted)
    for (const place of ['div', 'p', 'td', 'template']) {
      const element = document.body.appendChild(document.createElement(place))
      element.innerHTML = text
      const written = element.innerHTML
      element.innerHTML = written
      look(element instanceof HTMLTemplateElement ? element.content : element)
      element.innerHTML = unscripted.innerHTML
      look(element instanceof HTMLTemplateElement ? element.content : element)
    }
  }
  return { names: [...names], links: [...links] }
}

/** Images fail, animations begin and focus moves in a later task. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const element of document.querySelectorAll<HTMLElement>('a, [tabindex]')) element.focus()
    for (let frame = 0; frame < 10; frame++) await new Promise((done) => requestAnimationFrame(done))
  })
}

describe('cleaned HTML in a real browser', () => {
  it('runs nothing, loads nothing, and has no element or attribute but those of the list · M06.11', async () => {
    for (const [clean, expected] of [
      [sanitizer({ tags: ['p', 'b', 'i'] }), ['p', 'b', 'i']],
      [sanitizer({ tags: knownTags, links: ['http', 'https', 'mailto'] }), [...knownTags, 'a', '@href', '@rel']],
    ] as const) {
      const { bad, asked, names, links } = await shown(corpus.map(clean))
      assert.deepEqual([bad, asked], [0, []])
      // The frame's own `div` is ours.
      assert.deepEqual(
        names.filter((name) => name !== 'div' && !(expected as readonly string[]).includes(name)),
        [],
      )
      assert.deepEqual(
        links.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol)),
        [],
      )
    }
  })

  it('would have run, had nobody cleaned it: the corpus is live · M06.11', async () => {
    const live = await shown(corpus.filter((text) => !/http-equiv|<base|frameset|plaintext/i.test(text)))
    assert.ok(live.bad > 40, `${live.bad} calls`)
    assert.ok(live.asked.length > 0)
  })
})
