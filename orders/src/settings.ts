import { flag, secret, serverSettings, settings, text, url } from 'throughline/config'

export const ordersSettings = settings({
  ...serverSettings,
  databaseUrl: url({
    optional: true,
    describe:
      'The database: pglite:FOLDER, embedded-postgres:FOLDER or postgres://USER:PASSWORD@HOST/NAME. Without it, pglite in DATA_DIR.',
    schemes: ['pglite', 'embedded-postgres', 'postgres', 'postgresql'],
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
  seedDemo: flag({
    optional: true,
    describe: 'Demo people, accounts and products, in a database that has none. Without it: in an embedded one, outside production.',
    production: (wanted) => (wanted ? 'production has no demo data, whose passwords everybody knows' : undefined),
  }),
})
