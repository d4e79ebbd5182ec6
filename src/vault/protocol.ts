/** One JSON line each way between the program and its vault child; a request is answered before the next is sent. */
export type VaultRequest =
  | { readonly verb: 'read' | 'remove'; readonly account: string }
  | { readonly verb: 'write'; readonly account: string; readonly secret: string }

export type Reply = { readonly secret: string | null } | { readonly error: string }
