import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { hostileHtml } from './fixtures/hostile-html.ts'
import { sanitizer } from './sanitizer.ts'
import { knownTags, voidTags } from './tags.ts'

const clean = sanitizer({ tags: ['p', 'b', 'i'] })
const all = sanitizer({ tags: knownTags, links: ['http', 'https', 'mailto'] })

const token =
  /<(\/?)([a-z][a-z\d]*)( href="(?:https?:\/\/|mailto:)[^"<>'`]*" rel="nofollow noopener noreferrer ugc")?>|[^<>&]|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\da-z]{1,31});/iy

/** Fails for everything but escaped text between well nested tags of the list: nothing else can be in it, whatever a browser makes of it. */
function assertClosed(html: string, tags: readonly string[]): void {
  const open: string[] = []
  token.lastIndex = 0
  for (let at = 0; at < html.length; at = token.lastIndex) {
    const found = token.exec(html)
    assert.ok(found, `${JSON.stringify(html.slice(at, at + 60))} in ${JSON.stringify(html)}`)
    const [, slash, name, attributes] = found
    if (name === undefined) continue
    assert.ok(attributes === undefined ? tags.includes(name) || (name === 'a' && slash === '/') : name === 'a', found[0])
    if (slash === '/') assert.equal(open.pop(), name, html)
    else if (!voidTags.has(name)) open.push(name)
  }
  assert.deepEqual(open, [], html)
  assert.equal(html.includes('\0'), false)
}

describe('HTML of strangers', () => {
  const cases: Record<string, [given: string, kept: string]> = {
    'keeps what is on the list, and drops other tags without their text': ['<p>a <b>b</b> <u>c</u></p>', '<p>a <b>b</b> c</p>'],
    'keeps no attribute': ['<p class=x id="y" onclick=\'z\'>a</p>', '<p>a</p>'],
    'drops scripts and styles with what is in them': ['a<script>b</script>c<style>d</style>e', 'ace'],
    'closes what was left open, in order': ['<p><b><i>a', '<p><b><i>a</i></b></p>'],
    'ignores end tags of what is not open': ['a</b></p>', 'a'],
    'reads names in any case': ['<P><B>a</b></p>', '<p><b>a</b></p>'],
    'begins a new paragraph where a browser would': ['<p>a<p>b', '<p>a</p><p>b</p>'],
    'escapes what is no markup': ['1 < 2 && 3 > 2 <3', '1 &lt; 2 &amp;&amp; 3 &gt; 2 &lt;3'],
    'keeps references as they are': ['&lt;b&gt; &amp;amp; &eacute; &#233;', '&lt;b&gt; &amp;amp; &eacute; &#233;'],
    'keeps text as it is': ['Grüße,\n  “Ada” 😀', 'Grüße,\n  “Ada” 😀'],
    'drops links unless they are wanted': ['<a href="https://x.example">a</a>', 'a'],
  }
  for (const [what, [given, kept]] of Object.entries(cases))
    it(`${what} · M06.11`, () => {
      assert.equal(clean(given), kept)
    })

  it('may link where it says, without credit or a way back · M06.11', () => {
    const rel = 'rel="nofollow noopener noreferrer ugc"'
    assert.equal(
      all('<a target=_top rel=opener href="https://X.example/?a=1&amp;b=&quot;">a</a>'),
      `<a href="https://x.example/?a=1&amp;b=%22" ${rel}>a</a>`,
    )
    assert.equal(all('<a href=mailto:a@x.example>a</a>'), `<a href="mailto:a@x.example" ${rel}>a</a>`)
    assert.equal(sanitizer({ tags: [], links: ['https'] })('<a href="http://x.example">a</a>'), 'a')
    assert.equal(all('<a href="/relative">a</a><a>b</a>'), 'ab')
  })

  it('has lists and line breaks where they are wanted, repaired as browsers do · M06.11', () => {
    assert.equal(all('<ul><li>a<li>b<ol><li>c</ol></ul>d<br/>e'), '<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>d<br>e')
    assert.equal(all('<p>a<ul><li>b</ul><dl><dt>c<dd>d</dl>'), '<p>a</p><ul><li>b</li></ul><dl><dt>c</dt><dd>d</dd></dl>')
  })

  for (const [kind, texts] of Object.entries(hostileHtml))
    it(`cannot hold ${kind} · M06.11`, () => {
      for (const text of texts)
        for (const [sanitize, tags] of [
          [clean, ['p', 'b', 'i']],
          [all, knownTags],
        ] as const) {
          const once = sanitize(text)
          assertClosed(once, tags)
          assert.equal(sanitize(once), once, text)
        }
    })

  it('is cleaned once and for all, whatever it is, and holds nothing but the list and escaped text · M06.11', () => {
    const words = Object.values(hostileHtml)
      .flat()
      .flatMap((text) => text.slice(0, 300).match(/<\/?[a-z-]*|[a-z]+|[^a-z]/gi) ?? [])
    const piece = fc.oneof(
      fc.constantFrom(...new Set(words)),
      fc.constantFrom('<p>', '</p>', '<b>', '<a href="https://x.example/?&amp;">', '<li>', '<br>', '&amp;'),
    )
    const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (given) => {
        const once = all(given)
        assertClosed(once, knownTags)
        assert.equal(all(once), once)
      }),
      { numRuns: 3000 },
    )
  })

  it('is refused with 413 when it is longer than it may be, and says how long · M06.11', () => {
    assert.throws(
      () => sanitizer({ tags: [], maxLength: 10 })('x'.repeat(11)),
      (error) =>
        error instanceof AppError &&
        error.status === 413 &&
        error.code === 'content-too-large' &&
        /10 characters at most; this one has 11/.test(error.message),
    )
    assert.throws(() => clean('x'.repeat(50_001)), AppError)
  })

  it('is cleaned in time that grows with its length alone · M06.11', () => {
    const patient = sanitizer({ tags: knownTags, links: ['https'], maxLength: 1e6 })
    for (const piece of [
      '<',
      '<a ',
      '<!--',
      '<!',
      '</',
      '<script>',
      '<script></script',
      '<b>',
      '<p><b>',
      '</b>',
      '<a href="',
      '<a href=\'x"',
      'a="',
      '<svg>',
      '&',
      '&#',
      '<x/',
      '--!',
      '<li>',
      '<style></styl',
    ]) {
      const began = performance.now()
      patient(piece.repeat(200_000 / piece.length))
      // A tenth of a second on a busy machine; the square of the length would be minutes.
      assert.ok(performance.now() - began < 5000, piece)
    }
  })

  it('passes a schema as a step of it · M06.11', () => {
    const Note = z.object({ html: z.string().max(1000, { abort: true }).overwrite(clean) })
    assert.deepEqual(Note.parse({ html: '<p>a<script>b</script>' }), { html: '<p>a</p>' })
    assert.equal(Note.safeParse({ html: 'x'.repeat(60_000) }).success, false)
  })

  it('is not cleaned by a list that would let through what acts · M06.11', () => {
    for (const tag of ['script', 'svg', 'style', 'iframe', 'a', 'img', 'P'])
      assert.throws(() => sanitizer({ tags: [tag as 'p'] }), /No sanitizer lets <.+> through\. It may let through: p, br/)
    assert.throws(() => sanitizer({ tags: [], links: ['javascript' as 'https'] }), /links to javascript: through/)
    // @ts-expect-error so that it does not compile either
    assert.throws(() => sanitizer({ tags: ['script'] }))
  })
})
