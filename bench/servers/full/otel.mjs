// The server written by hand, seen by OpenTelemetry's own Node SDK: its HTTP instrumentation, one trace in a hundred, exported.
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { NodeSDK } from '@opentelemetry/sdk-node'

const sdk = new NodeSDK({ serviceName: 'bench', instrumentations: [new HttpInstrumentation()] })
sdk.start()
// Its patches are put into what require() gives; import would go on with what was there before.
createRequire(import.meta.url)('http')
syncBuiltinESMExports()
await import('./limit.mjs')
