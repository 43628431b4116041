const credentials = /(:\/\/)\S*@/g
const parameters = /([?&][^=&\s]*(?:password|passwd|secret|token|key)[^=&\s]*=)[^&\s"]*/gi

/** A URL as it may be shown: no user, no password, no secret parameter. Up to the last `@`, because passwords hold unescaped slashes. */
export function maskUrl(text: string): string {
  return text.includes('://') ? text.replace(credentials, '$1***@').replace(parameters, '$1***') : text
}
