const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (char) => entities[char] ?? char)

export const unescapeXml = (text: string): string =>
  Object.entries(entities)
    .reverse()
    .reduce((rest, [char, entity]) => rest.replaceAll(entity, char), text)
