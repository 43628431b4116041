import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { scriptJson } from '../canonical-json.ts'
import { escapeCss } from './css.ts'
import { escapeCsv } from './csv.ts'
import { escapeAttribute, escapeHtml } from './html.ts'
import { escapeLdapFilter, escapeLdapName } from './ldap.ts'
import { escapeLog } from './log.ts'
import { escapeMailHeader, escapeMailName } from './mail.ts'
import { escapeUrl, safeUrl } from './url.ts'

/** Any text, and more often than not one of what means something somewhere. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ...'< > & " \' ` \\ / * ( ) { } ; : = , + - @ # ! | ~'.split(' '),
      ' ',
      '\t',
      '\r',
      '\n',
      '\0',
      '\u2028',
      '\u202e',
      'é',
      '😀',
      'a',
      '1',
      '</script>',
      '<!--',
    ),
  }),
)
const holds = (property: (text: string) => void) => fc.assert(fc.property(text, property), { numRuns: 500 })

describe('escaping for', () => {
  it('HTML text leaves no tag, comment or reference, and reads back as it was · M06.14', () => {
    assert.equal(escapeHtml('<!-- &amp; --><script>'), '&lt;!-- &amp;amp; --&gt;&lt;script&gt;')
    holds((given) => {
      const escaped = escapeHtml(given)
      assert.doesNotMatch(escaped, /[<>]|&(?!(?:amp|lt|gt);)/)
      assert.equal(fromHtml(escaped), given)
    })
  })

  it('an attribute ends it by neither kind of quote · M06.14', () => {
    assert.equal(escapeAttribute(`" onfocus='x'`), '&quot; onfocus=&#39;x&#39;')
    holds((given) => {
      assert.doesNotMatch(escapeAttribute(given), /[<>"'`]/)
      assert.equal(fromHtml(escapeAttribute(given)), given)
    })
  })

  it('a part of a URL leaves nothing that separates parts · M06.14', () => {
    assert.equal(escapeUrl("a/b?c=d&e#f'(g)*!"), 'a%2Fb%3Fc%3Dd%26e%23f%27%28g%29%2A%21')
    assert.equal(escapeUrl('\ud800'), '%EF%BF%BD')
    holds((given) => {
      assert.match(escapeUrl(given), /^(?:[\w.~-]|%[\dA-F]{2})*$/)
      assert.equal(new URL(`https://x.example/?q=${escapeUrl(given)}`).searchParams.get('q'), given.toWellFormed())
    })
  })

  it('a script leaves nothing that ends its element, its comment or its line · M06.14', () => {
    assert.equal(scriptJson('</script><!--\u2028'), String.raw`"\u003c/script\u003e\u003c!--\u2028"`)
    holds((given) => {
      const escaped = scriptJson({ given })
      assert.doesNotMatch(escaped, /[<>&\u2028\u2029\r\n]/)
      // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- it is read as the script that it will be part of
      assert.equal((new Function(`return ${escaped}`)() as { given: string }).given, given)
    })
  })

  it('CSS leaves no quote, bracket, comment or end of the style · M06.14', () => {
    assert.equal(escapeCss('"; } </style>'), String.raw`\22 \3b \20 \7d \20 \3c \2f style\3e `)
    assert.equal(escapeCss('1st'), String.raw`\31 st`)
    holds((given) => {
      const escaped = escapeCss(given)
      assert.match(escaped, /^(?:[A-Za-z_]|\\[\da-f]{1,6} |(?<=.)\d)*$/)
      assert.equal(fromCss(escaped), given.toWellFormed().replaceAll('\0', '\ufffd'))
    })
  })

  it('CSV leaves one cell, and no formula · M06.14', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠1'])
      assert.match(escapeCsv(formula), /^"?'/, JSON.stringify(formula))
    holds((given) => {
      const cell = escapeCsv(given)
      assert.match(cell, /^(?:[^",\r\n]+|"(?:[^"]|"")*")$/)
      assert.doesNotMatch(cell, /^"?[=+\-@\t\r\n＝＋－＠]/)
      assert.equal(fromCsv(cell), /^[=+\-@\t\r\n＝＋－＠]/.test(given) ? `'${given}` : given)
    })
  })

  it('LDAP leaves one value in a filter, and one in a name · M06.14', () => {
    assert.equal(escapeLdapFilter('*)(uid=*'), String.raw`\2a\29\28uid\3d\2a`)
    assert.equal(escapeLdapName(' Lovelace, Ada+'), String.raw`\20Lovelace\2c Ada\2b`)
    holds((given) => {
      assert.match(escapeLdapFilter(given), /^(?:[^\\()*\0&|!=<>~/]|\\[\da-f]{2})*$/)
      assert.match(escapeLdapName(given), /^(?![ #])(?:[^\\,+"<>;=\0\r\n]|\\[\da-f]{2})*$/)
      assert.doesNotMatch(escapeLdapName(given), / $/)
      for (const escape of [escapeLdapFilter, escapeLdapName]) assert.equal(fromLdap(escape(given)), given.toWellFormed())
    })
  })

  it('a header of a mail leaves one line, and one recipient in a name · M06.14', () => {
    assert.equal(escapeMailHeader('Hi\r\nBcc: all@x.example'), 'Hi Bcc: all@x.example')
    assert.equal(escapeMailHeader('=?UTF-8?B?QQ==?='), '=?UTF-8?B?PT9VVEYtOD9CP1FRPT0/PQ==?=')
    assert.equal(escapeMailName('Ada <eve@x.example>, "Bob"'), String.raw`"Ada <eve@x.example>, \"Bob\""`)
    assert.equal(escapeMailName('Ada Lovelace'), 'Ada Lovelace')
    holds((given) => {
      for (const header of [escapeMailHeader(given), escapeMailName(given)]) {
        assert.match(header, /^[ -~]*$/)
        for (const word of header.split(' ')) if (word.startsWith('=?')) assert.ok(word.length <= 75, word)
      }
      const seen = given.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() // prettier-ignore
      assert.equal(fromMail(escapeMailHeader(given)), seen)
      assert.match(escapeMailName(given), /^(?:[^<>,;:@"\\()[\]]*|"(?:[^"\\]|\\.)*")$/)
    })
  })

  it('a line of the log leaves one line, in the direction in which it was written, and no order to the terminal · M06.14', () => {
    assert.equal(escapeLog('x\r\n12:00 INFO admin\u001b[2J\u202e'), String.raw`x\u000d\n12:00 INFO admin\u001b[2J\u202e`)
    holds((given) => assert.doesNotMatch(escapeLog(given), /(?!\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u))
  })
})

describe('a link that a stranger gave', () => {
  const refused = [
    'javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' \u0001javascript:alert(1)', 'java\tscript:alert(1)', 'java\r\nscript:alert(1)',
    'javascript://x.example/%0aalert(1)', 'vbscript:x', 'data:text/html,<script>1</script>', 'blob:https://x.example/1', 'file:///etc/passwd',
    '//evil.example', '/path', '?q', '#id', '', 'https://', 'https://bank.example@evil.example/', 'https://a:b@x.example',
    'view-source:https://x.example', 'intent://x#Intent;end', 'javascript&colon;alert(1)', 'feed:javascript:alert(1)',
  ] // prettier-ignore
  for (const url of refused)
    it(`is nothing where it is ${JSON.stringify(url)} · M06.14`, () => {
      assert.equal(safeUrl(url), undefined)
    })

  it('is what browsers make of it where its scheme is on the list · M06.14', () => {
    assert.equal(safeUrl(' HTTPS://X.Example/a b?"<>#\u00e9\n'), 'https://x.example/a%20b?%22%3C%3E#%C3%A9')
    assert.equal(safeUrl('mailto:ada@x.example'), 'mailto:ada@x.example')
    assert.equal(safeUrl('http://x.example', ['https']), undefined)
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const once = safeUrl(url)
        if (once !== undefined) assert.equal(safeUrl(once), once)
      }),
    )
  })
})

function fromHtml(escaped: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' }
  return escaped.replaceAll(/&([^;]+);/g, (_whole, name: string) => characters[name]!)
}

function fromCss(escaped: string): string {
  return escaped.replaceAll(/\\([\da-f]{1,6}) /g, (_whole, number: string) => String.fromCodePoint(Number.parseInt(number, 16)))
}

function fromCsv(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
}

function fromLdap(escaped: string): string {
  return escaped.replaceAll(/(?:\\[\da-f]{2})+/g, (run) => Buffer.from(run.replaceAll('\\', ''), 'hex').toString())
}

function fromMail(header: string): string {
  return header
    .replaceAll(/\?= =\?UTF-8\?B\?/g, '?==?UTF-8?B?')
    .replaceAll(/=\?UTF-8\?B\?([\w+/=]*)\?=/g, (_whole, base64: string) => Buffer.from(base64, 'base64').toString())
}
