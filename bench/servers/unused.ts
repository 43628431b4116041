// The bare route, beside what BESIDE says.
import { start } from 'throughline'
import { unusedApplication } from './unused-application.ts'

await start(unusedApplication(process.env['BESIDE'] === 'everything' ? 'everything' : 'nothing'))
