import type { Thrown } from '../../../../framework/src/std/operation.ts'
import { frames } from './stack.ts'

/** What was thrown; the application's own frames stand out, and the first of them is where to look. */
export function ErrorPanel({ error: { type, code, message, stack } }: { error: Thrown }) {
  const all = stack === undefined ? [] : frames(stack)
  return (
    <div class="thrown">
      <p class="thrown-head">
        <span class="status is-failed">{code ?? type}</span> {code === undefined ? null : <span class="faint">{type}</span>}
      </p>
      <p class="thrown-message">{message}</p>
      {code === undefined ? null : (
        <p>
          <a href={`/docs#error-${code}`} target="_blank" rel="noopener">
            What {code} means
          </a>
        </p>
      )}
      {all.length === 0 ? null : (
        <ol class="stack">
          {all.map(({ text, isOwn }, index) => (
            <li key={index} class={isOwn ? 'is-own' : undefined}>
              {isOwn ? <strong>{text}</strong> : text}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
