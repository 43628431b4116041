import type { Thrown } from '../../../../framework/src/std/operation.ts'
import { StackView } from './stack-view.tsx'

/** What was thrown, and where. */
export function ErrorPanel({ error: { type, code, message, stack } }: { error: Thrown }) {
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
      {stack === undefined ? null : <StackView stack={stack} />}
    </div>
  )
}
