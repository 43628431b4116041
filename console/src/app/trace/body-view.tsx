import { toBytes } from '../state/format.ts'

export interface BodyViewProps {
  readonly body: unknown
  readonly bytes: number | undefined
  readonly type: string | undefined
}

/** What is JSON, or text, on the wire. */
const readable = /[/+]json\b|^text\//i

/** A body as text: JSON is laid out, and so is what the server decoded from something else; the rest stays as it came. */
export function BodyView({ body, bytes, type }: BodyViewProps) {
  const size = bytes === undefined || bytes === 0 ? '' : toBytes(bytes)
  if (body === undefined || body === '')
    return <p class="faint">{size === '' ? 'No body.' : `A body of ${size}, which was not kept: outside development bodies never are.`}</p>
  const shown = laidOut(body)
  return (
    <figure class="body">
      <figcaption>
        Body{type === undefined ? '' : ` · ${type}`}
        {size === '' ? '' : ` · ${size}`}
        {type !== undefined && shown !== body && !readable.test(type) ? ' · decoded' : ''}
      </figcaption>
      <pre class="code" tabIndex={0}>
        <code>{shown}</code>
      </pre>
    </figure>
  )
}

function laidOut(body: unknown): string {
  if (typeof body !== 'string') return JSON.stringify(body, undefined, 2)
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    return body
  }
}
