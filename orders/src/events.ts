import { logEvent } from 'throughline/std'

export const orderPlaced = logEvent<{ orderId: string; userId: string; total: number; currency: string }>('order placed', {
  means: 'A customer has ordered; nothing is paid yet.',
})
