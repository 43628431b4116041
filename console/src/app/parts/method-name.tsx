/** A method and a path, so that methods stand below each other. */
export function MethodName({ method, path }: { method: string | undefined; path: string }) {
  return (
    <>
      {method === undefined ? null : <span class={`method is-${method.toLowerCase()}`}>{method}</span>}
      <span class="path">{path}</span>
    </>
  )
}
