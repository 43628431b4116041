import { createHash } from 'node:crypto'
import type { Frame } from '../../std/stack.ts'
import type { Failure } from './failure.ts'
import { markup, Markup } from './markup.ts'
import { style } from './style.ts'
import { placeOf, timeOf } from './text-page.ts'

const hash = createHash('sha256').update(style).digest('base64')

/** Nothing runs and nothing is loaded: what a caller sent is shown, and must not be more than shown. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The page for browsers. */
export function htmlPage(failure: Failure): string {
  const { chain, hint, document, id, route } = failure
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${chain[0]!.type}: ${chain[0]!.message.slice(0, 80)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<header>${head(failure)}${hint !== undefined && markup`<p class="fix"><b>Fix</b> ${hint}</p>`}</header>
${source(failure)}
${stacks(failure)}
${queries(failure)}
${logs(failure)}
${request(failure)}
<section><h2>What programs get</h2><pre tabindex="0">${document}</pre></section>
<footer>Request <code>${id}</code> of <code>${route}</code> ·
<a href="/console/requests/${encodeURIComponent(id)}">see it as a waterfall</a> · shown to browsers on this machine, in development only</footer>
</main>
</body>
</html>
`.text
}

function head({ status, http, chain }: Failure): Markup {
  const [first, ...causes] = chain
  return markup`<p class="asked">${status} · ${http.method} ${http.target}</p>
<h1><small>${nameOf(first!)}</small>${first!.message}</h1>
${causes.map((cause) => markup`<p class="cause">Caused by <b>${nameOf(cause)}</b>: ${cause.message}</p>`)}`
}

function nameOf({ type, code }: Failure['chain'][number]): string {
  return code === undefined || code === type ? type : `${type} · ${code}`
}

function source({ at, code }: Failure): Markup | false {
  if (at === undefined || code === undefined) return false
  const lines = code.map(({ number, text, isIt }) =>
    isIt ? markup`<span class="it"><i>▸ ${number}</i><b>${text}</b></span>` : markup`<span><i>${number}</i>${text}</span>`,
  )
  return markup`<section><h2>Where</h2><p class="dim">${placeOf(at)}</p><pre class="code" tabindex="0">${lines}</pre></section>`
}

function stacks({ chain }: Failure): Markup {
  const all = chain.map((link, i) => markup`${i > 0 && markup`<p class="dim">of the cause, ${nameOf(link)}</p>`}${stack(link.frames)}`)
  return markup`<section><h2>Stack</h2>${all}</section>`
}

/** Own frames to be seen, those of others folded. */
function stack(frames: readonly Frame[]): Markup {
  if (frames.length === 0) return markup`<p class="dim">It has none.</p>`
  const own = frames.filter(({ of }) => of === 'application')
  const others = frames.length - own.length
  const summary = `${frames.length} frames, ${others} of them of the framework, of packages and of Node.js`
  return markup`${own.length > 0 && markup`<ol class="stack">${own.map(frameItem)}</ol>`}
${others > 0 && markup`<details><summary>${summary}</summary><ol class="stack">${frames.map(frameItem)}</ol></details>`}`
}

function frameItem(frame: Frame): Markup {
  const whose = frame.of === 'application' ? 'own' : 'dim'
  return markup`<li class="${whose}">${frame.call || 'anonymous'} <span class="dim">${placeOf(frame)}</span></li>`
}

function queries({ queries: all }: Failure): Markup {
  const rows = all.map(({ sql, ms, rows: count, failed }) => {
    const end = failed === undefined ? `${count ?? '–'} rows` : markup`<b class="failed">failed: ${failed}</b>`
    return markup`<tr><td class="n">${timeOf(ms)}</td><td class="n">${end}</td><td>${sql}</td></tr>`
  })
  return markup`<section><h2>Queries so far</h2>${all.length === 0 ? markup`<p class="dim">None.</p>` : table(rows)}</section>`
}

function logs({ logs: lines }: Failure): Markup | false {
  const rows = lines.map(({ level, event, at, fields }) => {
    const more = fields === undefined ? '' : JSON.stringify(fields)
    return markup`<tr><td class="n">${timeOf(at)}</td><th scope="row">${level}</th><td>${event}</td><td>${more}</td></tr>`
  })
  return lines.length > 0 && markup`<section><h2>Log of this request</h2>${table(rows)}</section>`
}

function request({ http: { requestHeaders, requestBody } }: Failure): Markup {
  const rows = requestHeaders.map(([name, value]) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)
  const body = requestBody !== undefined && markup`<h2>Body</h2><pre tabindex="0">${JSON.stringify(requestBody, undefined, 2)}</pre>`
  return markup`<section><h2>Request</h2>${table(rows)}${body}</section>`
}

function table(rows: readonly Markup[]): Markup {
  return markup`<div class="scroll" tabindex="0"><table>${rows}</table></div>`
}
