/** Files as Poetry wrote them (`poetry config`, 1.8 and 2.5) and as people write them; `dev` is ours in all of them. */
export const configs = {
  empty: '',
  'only comments, no newline at the end': '# nothing\n  # here',
  'as Poetry writes':
    'cache-dir = "/tmp/x"\n\n[virtualenvs]\nin-project = true\n\n[repositories.dev]\nurl = "old"\n\n[repositories.qa]\nurl = "q"\n',
  'as Poetry writes, without ours':
    '[repositories.foo]\nurl = "https://a/"\n\n[repositories."a.b"]\nurl = "c"\n\n[keyring]\nenabled = true\n',
  'as Poetry 1.8 writes a name with a dot': '[repositories.a.b]\nurl = "https://c/"\n\n[repositories.9x]\nurl = "e"\n',
  'comments all over':
    '# top\n\n[repositories.dev] # ours\n# above\n  url = "old" # beside\n# below\ncert = "c"\n# end',
  CRLF: '# top\r\n[repositories.foo]\r\nurl = "f"\r\n\r\n[z]\r\na = """\r\nx\r\n"""\r\n',
  'a header of the parent': '[repositories]\nfoo = {url = "f"}\n\n[z]\na = 1\n',
  'inline table': '[repositories]\nqa = {url = "q"}\ndev = { cert = "}", url = "old" }\n',
  'inline parent': 'repositories = { qa = { url = "q" } } # all\n\n[z]\na = [\n  1, # ]\n]\n',
  'dotted keys': '[repositories]\nqa.url = "q"\ndev.url = "old"\n[z]\n',
  'dotted keys at the top': 'repositories.qa.url = "q"\nkeyring.enabled = true\n\n[z]\na = 1\n',
  'quoted name': '[repositories."dev"]\n\'url\' = "old"\n',
  'the parent last': '[repositories.qa]\nurl = "q"\n\n[z]\na = 1\n\n[repositories]\nfoo.url = "f"\n',
  'others in between':
    '[repositories.qa]\nurl = "q"\n[z]\na = 1\n[repositories.dev]\nurl = "old"\n[[y]]\n[[y]]\nb = 2\n',
  'prefixes of our name':
    '[repositories.dev-2]\nurl = "2"\n[repositories.de]\nurl = "1"\n[repositories."dev "]\nurl = "3"\n',
  'text that looks like ours':
    'a = """\n[repositories.dev]\nurl = "no"\n"""\nb = \'\'\'\n[repositories.dev]\'\'\'\n# [repositories.dev]\n',
  'dates and strings':
    'a = 1979-05-27 07:32:00\nb = 1979-05-27T07:32:00Z\nc = "# \\" [x]"\nd = [{ x = "," }, { y = \'}\' }]\n',
} as const

export const auths = {
  absent: undefined,
  'as Poetry writes without a keyring':
    '[http-basic.dev]\nusername = "u"\npassword = "PLAIN"\n\n[http-basic.2]\nusername = "u"\npassword = "p2"\n[pypi-token]\nfoo = "tok"\n',
  'as Poetry writes with a keyring': '[http-basic.dev]\nusername = "aws"\n',
  'another name only': '[http-basic.dev-2]\nusername = "u"\npassword = "p2" # mine',
  'inline, password first':
    '[http-basic]\ndev = {password = "PLAIN", username = "u"}\nqa = {username = "u", password = "p2"}\n',
  'only a password, dotted': 'http-basic.dev.password = "PLAIN"\r\n\r\n[http-basic.qa]\r\npassword = "p2"\r\n',
  'what poetry config http-basic.dev.username leaves':
    '[http-basic.dev]\n\n[http-basic.dev.username]\nusername = "aws"\npassword = "PLAIN"\n\n[http-basic.dev.password]\nusername = "aws"\npassword = "PLAIN"\n',
} as const
