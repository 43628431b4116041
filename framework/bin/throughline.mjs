#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(`Node.js ${process.versions.node} is too old: throughline needs Node.js 24 or newer.\n`)
  process.exit(78)
}

// Web Crypto announces its newer algorithms on first use; a person who lists routes has no use for that.
process.removeAllListeners('warning')
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`)
})

// In its own repository the framework runs from source, and the application must get the same copy of it.
const source = new URL('../src/tools/cli/main.ts', import.meta.url)
const unbuilt = existsSync(source)
if (unbuilt) {
  module.registerHooks({
    resolve: (specifier, context, next) => next(specifier, { ...context, conditions: [...context.conditions, '@throughline/source'] }),
  })
}

const { main } = await import(unbuilt ? source.href : new URL('../dist/tools/cli/main.js', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2), process)
