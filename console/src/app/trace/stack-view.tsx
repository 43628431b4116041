import { frames } from './stack.ts'

/** The frames of a stack. The application's own stand out: the first of them is where to look. */
export function StackView({ stack }: { stack: string }) {
  const all = frames(stack)
  if (all.length === 0) return null
  return (
    <ol class="stack">
      {all.map(({ text, isOwn }, index) => (
        <li key={index} class={isOwn ? 'is-own' : undefined}>
          {isOwn ? <strong>{text}</strong> : text}
        </li>
      ))}
    </ol>
  )
}
