import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

// Without these, Chromium speaks to its maker: tests that no request leaves the origin would be about the wrong program.
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const executablePath =
  process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

export async function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('No Chromium was found: install one, or set CHROMIUM to its path.')
  return chromium.launch({ executablePath, args: quiet })
}
