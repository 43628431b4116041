export interface Frame {
  readonly text: string
  /** The application's own code, and not a library, the framework or Node.js. */
  readonly isOwn: boolean
}

const place = /\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/

/** The frames of a stack, in its order. Lines of the message are not among them. */
export function frames(stack: string): Frame[] {
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .map((text) => {
      const found = place.exec(text)?.[1]
      const isOwn =
        found !== undefined &&
        !/\beval at\b|<anonymous>/.test(text) &&
        !/node:|[\\/]node_modules[\\/]|[\\/]framework[\\/](?:src|dist)[\\/]/.test(found)
      return { text: text.replaceAll('file://', ''), isOwn }
    })
}
