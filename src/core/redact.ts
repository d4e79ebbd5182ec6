const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi
const jsonWebToken = /\beyJ[\w-]{20,}(?:\.[\w-]*){1,4}/g
const awsSecrets =
  /\b(aws_secret_access_key|aws_session_token|x-amz-security-token|authorization)\b(["']?\s*[:=]\s*["']?(?:(?:basic|bearer)\s+)?)[^\s"',]+/gi

/** Takes secrets out of text on its way out of the program: known tokens, token-shaped words, and user info in URLs. */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text
  // The longest first: one secret may begin with another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length))
    if (secret.length > 0) clean = clean.replaceAll(secret, '****')
  return clean.replace(userInfo, '$1****@').replace(jsonWebToken, '****').replace(awsSecrets, '$1$2****')
}
