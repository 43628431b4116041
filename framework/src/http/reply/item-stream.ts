import { Readable } from 'node:stream'
import type { ItemWriter } from '../../contract/codec.ts'

/** Enough for one write to the socket; more would only be held twice. */
const batch = 16 * 1024

/**
 * The items of any iterable as bytes, in batches: what comes in one turn of the event loop leaves together, what comes later does not wait for more.
 * The source is asked for the next item only while the caller takes what there is, and is closed when the caller is gone.
 */
export class ItemStream extends Readable {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>
  readonly #writer: ItemWriter
  #first: IteratorResult<unknown> | undefined
  #text: string
  #count = 0
  #hungry = false
  #pumping = false
  #flush: NodeJS.Immediate | undefined

  constructor(source: Iterable<unknown> | AsyncIterable<unknown>, writer: ItemWriter) {
    super({ highWaterMark: 4 * batch })
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
    this.#writer = writer
    this.#text = writer.head ?? ''
  }

  /** Gets the first item, so that a source that fails at once is still answered with a problem and not with half a list. */
  async start(): Promise<void> {
    this.#first = await this.#iterator.next()
  }

  override _read(): void {
    this.#hungry = true
    if (!this.#pumping) void this.#pump()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (this.#flush !== undefined) clearImmediate(this.#flush)
    // A generator that waits for its next item closes when that has come: nobody waits for it here.
    void closed(this.#iterator)
    callback(error)
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    try {
      while (this.#hungry && !this.destroyed) {
        const next = this.#first ?? this.#iterator.next()
        this.#first = undefined
        const { done, value } = 'then' in next ? await next : next
        if (this.destroyed) return
        if (done === true) {
          this.#add(this.#writer.tail ?? '')
          this.#push()
          this.push(null)
          return
        }
        if (this.#count++ > 0 && this.#writer.between !== undefined) this.#add(this.#writer.between)
        this.#add(this.#writer.write(value))
      }
    } catch (error) {
      this.destroy(error as Error)
    } finally {
      this.#pumping = false
    }
  }

  #add(part: string | Uint8Array): void {
    if (typeof part === 'string') {
      this.#text += part
      if (this.#text.length >= batch) this.#push()
      else if (this.#text !== '') this.#flush ??= setImmediate(() => this.#push())
    } else {
      this.#push()
      this.#hungry = this.push(part)
    }
  }

  #push(): void {
    if (this.#flush !== undefined) clearImmediate(this.#flush)
    this.#flush = undefined
    if (this.#text === '' || this.destroyed) return
    const text = this.#text
    this.#text = ''
    this.#hungry = this.push(text)
  }
}

async function closed(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.()
  } catch {
    // The caller is gone, or has been told of an earlier failure.
  }
}
