import { useState } from 'preact/hooks'
import { ApiError, isClosed, send } from '../state/api.ts'
import { loadOverview } from '../state/overview.ts'

/** Shown to whoever is not let in. */
export function SignIn() {
  const [problem, setProblem] = useState<string | undefined>()
  const enter = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const { value: token } = form.elements.namedItem('token') as HTMLInputElement
    try {
      await send('POST', '/session', { token })
      isClosed.value = false
      await loadOverview()
    } catch (error) {
      form.reset()
      setProblem(explain(error))
    }
  }
  return (
    <section class="sign-in">
      <h1 tabIndex={-1}>This console is closed</h1>
      <p>
        It opens to the token that the process was given as <code>CONSOLE_TOKEN</code>. The browser keeps a cookie for twelve hours, not the
        token.
      </p>
      <form onSubmit={(event) => void enter(event)}>
        <label for="token">Token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          aria-describedby="sign-in-problem"
        />
        <button class="primary">Sign in</button>
      </form>
      <p id="sign-in-problem" role="alert">
        {problem}
      </p>
    </section>
  )
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) throw error
  if (error.status === 401)
    return 'That is not its token. Outside production the console is also open without one, from the machine it runs on.'
  return error.status === 429 ? 'Too many attempts: wait a minute, then try again.' : error.message
}
