/** The page's only style: it is allowed by its hash, so that nothing that was put into the page can bring one of its own. */
export const style = `
:root { color-scheme: light dark; --bg: #fbfbfa; --fg: #1c1b1a; --dim: #63605b; --line: #e2dfda; --card: #fff; --bad: #b3261e; --hit: #fdeceb; --good: #17663a; --link: #0b57b0 }
@media (prefers-color-scheme: dark) { :root { --bg: #161514; --fg: #eceae6; --dim: #a5a19a; --line: #34312d; --card: #1e1c1a; --bad: #ff8a80; --hit: #43211f; --good: #7ad9a1; --link: #8ab8ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.55 system-ui, sans-serif }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px }
.dim { color: var(--dim) }
.asked { margin: 0 0 4px; color: var(--dim); font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
h1 { margin: 0; font-size: 25px; line-height: 1.25; overflow-wrap: anywhere }
h1 small { display: block; color: var(--bad); font: 600 14px/1.6 ui-monospace, monospace }
h2 { margin: 36px 0 10px; font-size: 13px; letter-spacing: .06em; text-transform: uppercase; color: var(--dim) }
a { color: var(--link) }
.fix { margin: 20px 0 0; padding: 12px 16px; border-left: 4px solid var(--good); background: var(--card); border-radius: 4px }
.fix b { color: var(--good) }
.cause { margin: 8px 0 0; overflow-wrap: anywhere }
pre, .stack, table { margin: 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card); font: 13px/1.6 ui-monospace, monospace }
pre { padding: 12px 16px; overflow: auto }
pre.code { padding: 8px 0 }
pre.code span { display: block; padding: 0 16px; white-space: pre; min-width: max-content }
pre.code i { display: inline-block; width: 56px; color: var(--dim); font-style: normal; user-select: none }
pre.code .it { background: var(--hit); box-shadow: inset 4px 0 var(--bad) }
.stack { padding: 6px 16px; list-style: none }
.stack li { overflow-wrap: anywhere; padding: 2px 0 }
.stack .own { font-weight: 600 }
.stack .dim { font-weight: 400 }
h2 + .dim { margin: 0 0 8px }
details { margin-top: 10px }
summary { cursor: pointer; color: var(--dim) }
.scroll { overflow-x: auto }
table { width: 100%; border-collapse: separate; border-spacing: 0 }
th, td { padding: 6px 12px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere }
tr:first-child > * { border-top: 0 }
td:last-child { width: 100% }
th { font-weight: 600; white-space: nowrap }
td.n { text-align: right; white-space: nowrap }
.failed { color: var(--bad) }
footer { margin-top: 40px; color: var(--dim); font-size: 13px }
`
