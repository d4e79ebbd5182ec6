import type { TomlPath } from './scan.ts'

/** A path of keys as TOML writes it. */
export const dotted = (path: TomlPath): string =>
  path.map((part) => (/^[\w-]+$/.test(part) ? part : tomlString(part))).join('.')

/** A basic string: JSON's escapes are TOML's, except that TOML wants DEL escaped too. */
export const tomlString = (value: string): string => JSON.stringify(value).replaceAll('\x7f', '\\u007f')
