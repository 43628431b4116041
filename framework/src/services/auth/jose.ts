let loaded: ReturnType<typeof load> | undefined

/** Loaded with the first token: who only wires an application or looks at its routes has none. */
export function jose(): ReturnType<typeof load> {
  return (loaded ??= load())
}

async function load() {
  const [{ JWTClaimValidationFailed, JWTExpired }, { SignJWT }, { jwtVerify }] = await Promise.all([
    import('jose/errors'),
    import('jose/jwt/sign'),
    import('jose/jwt/verify'),
  ])
  return { JWTClaimValidationFailed, JWTExpired, SignJWT, jwtVerify }
}
