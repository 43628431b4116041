import { start } from 'throughline'
import { ordersApplication } from './application.ts'

await start(ordersApplication)
