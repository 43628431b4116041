const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' }
const nameOf = (character: string) => names[character]!

/**
 * Text between the tags of HTML.
 *
 * ```ts
 * import { escapeHtml } from 'throughline/escape'
 *
 * const cell = `<td>${escapeHtml('Fish & <b>Chips</b>')}</td>` // <td>Fish &amp; &lt;b&gt;Chips&lt;/b&gt;</td>
 * ```
 */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>]/g, nameOf)
}

/**
 * The value of an attribute of HTML, between quotes of either kind. It is right between tags, too. What leads somewhere is a `safeUrl` first,
 * and no value is safe in an attribute without quotes, nor in one that holds a script (`onclick`) or a style.
 *
 * ```ts
 * import { escapeAttribute } from 'throughline/escape'
 *
 * const field = `<input name="q" value="${escapeAttribute('" autofocus onfocus="alert(1)')}">`
 * ```
 */
export function escapeAttribute(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, nameOf)
}
