import { openLog } from '../../src/system/log/index.ts'

const [, , count = '0', end = 'exit'] = process.argv
const log = openLog()
for (let line = 0; line < Number(count); line++) log.info('line', { line })
if (end === 'throw') throw new Error('a bug')
if (end === 'exit') process.exit(0)
if (end === 'fatal') {
  log.fatal('last words')
  process.kill(process.pid, 'SIGKILL')
}
