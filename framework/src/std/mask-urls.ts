// Up to the last `@`, because passwords hold unescaped slashes; not after `///`, because a file URL has no user but may have `/@scope/` in it.
const credentials = /(:\/\/)(?!\/)\S*@/g
const parameters = /([?&][^=&\s]*(?:password|passwd|secret|token|key)[^=&\s]*=)[^&\s"]*/gi

/** Text as it may be shown: the URLs in it without user, password and secret parameters. */
export function maskUrls(text: string): string {
  return text.includes('://') ? text.replace(credentials, '$1***@').replace(parameters, '$1***') : text
}
