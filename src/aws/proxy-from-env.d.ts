declare module 'proxy-from-env' {
  /** The proxy that process.env names for a URL, or '' for none. */
  export function getProxyForUrl(url: string): string
}
