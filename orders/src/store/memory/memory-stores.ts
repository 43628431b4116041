import { MemoryDatabase } from './database.ts'
import { memoryAccounts, memoryOrders, memoryProducts, memoryStock, memoryUsers } from './stores.ts'

/** Everything the domain needs to store, without I/O. */
export function memoryStores() {
  return {
    db: new MemoryDatabase(),
    users: memoryUsers,
    products: memoryProducts,
    stock: memoryStock,
    orders: memoryOrders,
    accounts: memoryAccounts,
  }
}
