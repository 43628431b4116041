import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { uuidv7, type Actor } from 'throughline/std'
import { NewProduct, ProductQuery } from '../../contract/products.ts'
import { demoCatalogue } from '../demo-catalogue.ts'
import { memoryStores } from '../store/memory/memory-stores.ts'
import { productService } from './products.ts'

const admin: Actor = { id: 'ada', roles: ['admin'] }
const ids = uuidv7()

describe('products', () => {
  const stores = memoryStores()
  const products = productService({ ...stores, ids })
  before(() => stores.db.transaction((tx) => stores.products.insert(tx, demoCatalogue(ids))))

  const list = (query: object) => products.list(ProductQuery.parse(query))

  it('are found by words, category and price, and sorted', async () => {
    const page = await list({ q: 'Phone', category: 'electronics', minPrice: 300, sort: '-price,name' })
    assert.deepEqual([page.total, page.items.length], [7, 7])
    assert.deepEqual(
      page.items.map(({ price }) => price),
      page.items.map(({ price }) => price).toSorted((one, other) => other - one),
    )
    assert.ok(page.items.every(({ price, category }) => price >= 300 && category === 'electronics'))
  })

  it('come 20 a page by name, 100 at most', async () => {
    assert.deepEqual([(await list({})).items.length, (await list({ limit: 5000 })).items.length], [20, 100])
    assert.equal((await list({ limit: 5000 })).total, 200)
  })

  it('are added by administrators, priced to the cent', async () => {
    const input = NewProduct.parse({ sku: 'NEW-1', name: 'New', category: 'office', brand: 'Aster', price: 4.35 })
    const product = await products.create(admin, input)
    assert.deepEqual(product, { ...input, id: product.id, price: 4.35, stock: 0, currency: 'USD', description: '' })
    assert.deepEqual(await products.read(product.id), { value: product, version: 1 })
    await assert.rejects(products.create(admin, input), { code: 'sku-taken', status: 409 })
    await assert.rejects(products.create({ id: 'alice', roles: ['customer'] }, input), { code: 'forbidden' })
  })

  it('are exported whole to administrators, a few at a time', async () => {
    const query = ProductQuery.parse({ category: 'electronics', sort: '-price' })
    const exported = []
    for await (const product of products.export(admin, query)) exported.push(product)
    assert.deepEqual(exported, (await list({ category: 'electronics', sort: '-price', limit: 100 })).items)
    await assert.rejects(products.export({ id: 'alice', roles: ['customer'] }, query).next(), { code: 'forbidden' })
  })

  it('that do not exist are not found', async () => {
    await assert.rejects(products.read(ids.next()), { code: 'not-found' })
  })
})
