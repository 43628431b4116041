/** Who hears of an alert, and what they read first. */
export interface OnCall {
  /** The team or person, as the label `owner` that Alertmanager routes by. */
  owner?: string
  /** An `http` or `https` address: where whoever is woken finds out what to do. */
  runbook?: string
}

/** Throws a `TypeError` when an alert could not carry it. `of` says whose it is. */
export function checkOnCall(of: string, { owner, runbook }: Readonly<OnCall>): void {
  // oxlint-disable-next-line no-control-regex -- a label of one line
  if (owner !== undefined && !/^[^\s\u0000-\u001f\u007f](?:[^\u0000-\u001f\u007f]{0,62}[^\s\u0000-\u001f\u007f])?$/.test(owner))
    throw new TypeError(`The owner of ${of} is no name: use one line of up to 64 characters, such as "checkout-team".`)
  if (runbook !== undefined && !/^https?:$/.test(URL.parse(runbook)?.protocol ?? ''))
    throw new TypeError(`The runbook of ${of} is no address: use one such as https://runbooks.example.com/orders.`)
}
