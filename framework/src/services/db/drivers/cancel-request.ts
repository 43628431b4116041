import { connect } from 'node:net'

const timeoutMs = 5_000
const cancelRequestCode = 80_877_102

/** Asks the server behind a local socket to stop a statement. Resolves when it hangs up, which is all the answer that the protocol has. */
export function sendCancel(socketPath: string, processId: number, secretKey: number): Promise<void> {
  const request = Buffer.alloc(16)
  request.writeInt32BE(request.length, 0)
  request.writeInt32BE(cancelRequestCode, 4)
  request.writeInt32BE(processId, 8)
  request.writeInt32BE(secretKey, 12)
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(request))
    socket.once('error', reject)
    socket.once('close', () => resolve())
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('The server did not take the cancel request in time.')))
    socket.resume()
  })
}
