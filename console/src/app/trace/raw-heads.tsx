export interface RawHeadsProps {
  readonly request: string | undefined
  readonly response: string | undefined
}

/** Both heads as they went over the wire, line by line, with secrets masked. */
export function RawHeads({ request, response }: RawHeadsProps) {
  return (
    <>
      <Head caption="As it was received" text={request} />
      <Head caption="As it was sent" text={response} />
    </>
  )
}

function Head({ caption, text }: { caption: string; text: string | undefined }) {
  if (text === undefined || text === '') return null
  return (
    <figure class="body">
      <figcaption>{caption}</figcaption>
      <pre class="code" tabIndex={0} aria-label={caption}>
        <code>{text}</code>
      </pre>
    </figure>
  )
}
