import type { RefObject } from 'preact'
import { useRef, useState } from 'preact/hooks'

export interface Zoom {
  /** The part of the axis that is seen, in milliseconds. */
  readonly from: number
  readonly to: number
  readonly isZoomed: boolean
  readonly by: (factor: number, at?: number) => void
  readonly reset: () => void
  /** A part that is being chosen, in shares of the width. */
  readonly brush: readonly [number, number] | undefined
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void
    readonly onPointerMove: (event: PointerEvent) => void
    readonly onPointerUp: (event: PointerEvent) => void
    readonly onWheel: (event: WheelEvent) => void
  }
}

const leastMs = 0.005
const leastShare = 0.01

/** Zooming by dragging over the axis, by the wheel with Ctrl, and by buttons. */
export function useZoom(span: number, axis: RefObject<HTMLElement | null>): Zoom {
  const [[from, to], setWindow] = useState<readonly [number, number]>([0, 1])
  const [brush, setBrush] = useState<readonly [number, number] | undefined>()
  const start = useRef<number | undefined>(undefined)
  const share = (event: MouseEvent) => {
    const box = axis.current!.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
  }
  const set = (low: number, high: number) => {
    const width = Math.min(1, Math.max(span === 0 ? 1 : leastMs / span, high - low))
    const left = Math.min(1 - width, Math.max(0, low))
    setWindow([left, left + width])
  }
  const by = (factor: number, at = 0.5) => {
    const centre = from + (to - from) * at
    set(centre - (centre - from) * factor, centre + (to - centre) * factor)
  }
  return {
    from: from * span,
    to: to * span,
    isZoomed: from > 0 || to < 1,
    by,
    reset: () => setWindow([0, 1]),
    brush,
    handlers: {
      onPointerDown(event) {
        if (event.button !== 0 || event.pointerType === 'touch') return
        const at = share(event)
        start.current = at
      },
      onPointerMove(event) {
        if (start.current === undefined) return
        const at = share(event)
        if (Math.abs(at - start.current) > leastShare) setBrush([Math.min(at, start.current), Math.max(at, start.current)])
      },
      onPointerUp() {
        if (brush !== undefined) set(from + (to - from) * brush[0], from + (to - from) * brush[1])
        start.current = undefined
        setBrush(undefined)
      },
      onWheel(event) {
        if (!event.ctrlKey && !event.metaKey) return
        event.preventDefault()
        by(event.deltaY > 0 ? 1.25 : 0.8, share(event))
      },
    },
  }
}
