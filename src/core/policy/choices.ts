// Of the command's options, which every run reads.

export const accesses = ['read', 'write'] as const
export type Access = (typeof accesses)[number]

export const policyFormats = ['json', 'terraform', 'cloudformation'] as const
export type PolicyFormat = (typeof policyFormats)[number]
