import type { Ids } from 'throughline/std'
import { toMinor } from './domain/money.ts'
import type { StoredProduct } from './domain/ports.ts'

const brands = ['Aster', 'Borealis', 'Cobalt', 'Dune', 'Ember', 'Fjord', 'Granite', 'Harbor']

/** Category, then what is sold in it, then what the cheapest one costs. */
const shelves: Record<string, Record<string, number>> = {
  electronics: { Phone: 240, Tablet: 320, Laptop: 880, Monitor: 180, Camera: 460 },
  audio: { Earbuds: 60, Speaker: 80, Turntable: 140, Mixer: 100, Amplifier: 260 },
  kitchen: { Kettle: 40, Toaster: 36, Blender: 64, Grinder: 48, Pan: 28 },
  outdoor: { Tent: 160, Backpack: 72, Lantern: 24, Stove: 56, Hammock: 44 },
  office: { Desk: 300, Chair: 220, Lamp: 32, Notebook: 8, Shelf: 96 },
}

/** The same 200 products each time, but for their ids. */
export function demoCatalogue(ids: Ids): StoredProduct[] {
  return Object.entries(shelves).flatMap(([category, kinds], aisle) =>
    Object.entries(kinds).flatMap(([kind, cheapest]) =>
      brands.map((brand, rank) => ({
        id: ids.next(),
        sku: `${kind.toUpperCase()}-${String(rank + 1).padStart(3, '0')}`,
        name: `${brand} ${kind}`,
        description: `${kind} by ${brand}, made to be repaired and guaranteed for ${2 + (rank % 4)} years.`,
        category,
        brand,
        price: toMinor(cheapest + rank * (cheapest / 4) + 0.5),
        currency: 'USD' as const,
        stock: 100 + ((aisle * 37 + rank * 53) % 100),
        version: 1,
      })),
    ),
  )
}
