import { laidOut } from '../trace/sql.ts'

/** A statement with a line for each clause. */
export function SqlText({ sql }: { sql: string }) {
  return (
    <pre class="code sql" tabIndex={0}>
      <code>
        {laidOut(sql).map(({ kind, text }, index) => (
          <span key={index} class={`sql-${kind}`}>
            {text}
          </span>
        ))}
      </code>
    </pre>
  )
}
