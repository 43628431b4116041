import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export { openBrowser } from '../../framework/test/browser.ts'

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
