import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

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

export interface Visit {
  readonly browser: Browser
  /** The origin that the page may speak to. */
  readonly url: string
  readonly path: string
  readonly options?: BrowserContextOptions
  /** What browsers write out although it is no mistake of the page: the answer that a person asked for. */
  readonly isExpected?: (complaint: { readonly text: string; readonly about: string }) => boolean
}

/** Runs `work` on a fresh page, and fails when the page complained, broke its own content policy, or asked another origin. */
export async function onPage({ browser, url, path, options = {}, isExpected }: Visit, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options)
  const complaints: string[] = []
  try {
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      const [text, about] = [message.text(), message.location().url]
      if (message.type() === 'error' && isExpected?.({ text, about }) !== true) complaints.push(`${text} (${about})`)
    })
    page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`))
    page.on('request', (request) => new URL(request.url()).origin !== url && complaints.push(`asked ${request.url()}`))
    await page.goto(url + path)
    await page.waitForSelector('h1')
    await work(page)
  } finally {
    await context.close()
  }
  assert.deepEqual(complaints, [])
}

export const isWiderThanScreen = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
