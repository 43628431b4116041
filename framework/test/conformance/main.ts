import { start } from 'throughline'
import { conformance } from './app.ts'

await start(conformance)
