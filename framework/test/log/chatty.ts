import { openLog } from '../../src/system/log/index.ts'

const [, , count = '0', end = 'exit', path] = process.argv
const log = openLog({
  level: 'debug',
  ...(path !== undefined && { file: { path } }),
  ...(end === 'drop' && { whenFull: 'drop-debug' }),
})
if (end === 'flood') {
  for (let line = 0; line < Number(count); line++) log.warn('again')
  process.exit(0)
}
if (end === 'drop') {
  // Nobody reads until this process says on its other pipe that it came through.
  for (let line = 0; line < Number(count); line++) {
    log.debug('detail', { line, padding: 'x'.repeat(200) })
    if (line % 100 === 0) log.info('line', { line })
    if (line % 50 === 0) await new Promise(setImmediate)
  }
  process.stderr.write('came through\n')
  log.info('the end')
  process.exit(0)
}
for (let line = 0; line < Number(count); line++) log.info('line', { line })
if (end === 'term') {
  process.on('SIGTERM', () => {
    log.info('stopped')
    process.exit(0)
  })
  setInterval(() => {}, 1_000)
  process.kill(process.pid, 'SIGTERM')
}
if (end === 'throw') throw new Error('a bug')
if (end === 'exit') process.exit(0)
if (end === 'fatal') {
  log.fatal('last words')
  process.kill(process.pid, 'SIGKILL')
}
