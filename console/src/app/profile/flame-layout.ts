import type { ProfileFrame } from '../../../../framework/src/std/profile.ts'

/** A frame as it is drawn. `from` and `width` are parts of the whole width. */
export interface FlameBox {
  readonly frame: ProfileFrame
  /** Which child of which child it is: `0.2.1`, counted from the whole. */
  readonly key: string
  readonly depth: number
  readonly from: number
  readonly width: number
}

/** Narrower ones are neither seen nor hit. */
const narrowest = 0.002

/** The frames below `whole`, in the order in which they are read: a frame, then what it calls. `zoomed`: the key of the one that takes all of the width, with those around it above. */
export function layFlames(whole: ProfileFrame, zoomed: string): FlameBox[] {
  const boxes: FlameBox[] = []
  let frame = whole
  let key = ''
  for (const index of zoomed === '' ? [] : zoomed.split('.').map(Number)) {
    const child = frame.children[index]
    if (child === undefined) break
    boxes.push({ frame, key, depth: boxes.length, from: 0, width: 1 })
    key = key === '' ? String(index) : `${key}.${index}`
    frame = child
  }
  const add = (box: FlameBox) => {
    boxes.push(box)
    let { from } = box
    for (const [index, child] of box.frame.children.entries()) {
      const width = box.frame.total > 0 ? (child.total / box.frame.total) * box.width : 0
      const below = box.key === '' ? String(index) : `${box.key}.${index}`
      if (width >= narrowest) add({ frame: child, key: below, depth: box.depth + 1, from, width })
      from += width
    }
  }
  add({ frame, key, depth: boxes.length, from: 0, width: 1 })
  return boxes
}

/** Where an arrow key leads: down to what a frame calls most, up to what called it, left and right along its row. */
export function nextFlame(boxes: readonly FlameBox[], at: string, key: string): FlameBox | undefined {
  const box = boxes.find((one) => one.key === at) ?? boxes[0]
  if (box === undefined) return undefined
  const row = boxes.filter(({ depth }) => depth === box.depth)
  const place = row.indexOf(box)
  switch (key) {
    case 'ArrowDown':
      return boxes.find(({ key: one, depth }) => depth === box.depth + 1 && isBelow(one, box.key))
    case 'ArrowUp':
      return boxes.findLast(({ key: one, depth }) => depth === box.depth - 1 && isBelow(box.key, one))
    case 'ArrowLeft':
      return row[place - 1]
    case 'ArrowRight':
      return row[place + 1]
    case 'Home':
      return boxes[0]
    default:
      return undefined
  }
}

function isBelow(key: string, above: string): boolean {
  return above === '' ? key !== '' : key.startsWith(`${above}.`)
}
