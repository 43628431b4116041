const url = /:\/\/(?!\/)/
const parameter = /([?&])([^?&=\s]*)=[^&\s"]*/g
const secret = /password|passwd|secret|token|key/i

/** Text as it may be shown: the URLs in it without user, password and secret parameters. */
export function maskUrls(text: string): string {
  if (!text.includes('://')) return text
  return text
    .replace(/\S+/g, withoutUser)
    .replace(parameter, (whole, before: string, name: string) => (secret.test(name) ? `${before}${name}=***` : whole))
}

// Up to the last `@`, because passwords hold unescaped slashes; not after `///`, because a file URL has no user but may have `/@scope/` in it.
function withoutUser(word: string): string {
  const start = word.search(url) + 3
  const end = word.lastIndexOf('@')
  return start < 3 || end < start ? word : `${word.slice(0, start)}***${word.slice(end)}`
}
