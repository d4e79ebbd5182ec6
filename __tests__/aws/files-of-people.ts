/** AWS's files as a person has them. With `says`, ca-sync refuses in these words; else it must find what botocore finds. */
export interface Case {
  readonly config?: string
  readonly credentials?: string
  readonly env?: Record<string, string>
  readonly profile?: string
  readonly says?: RegExp
  /** botocore can, but not Node's SDK. */
  readonly onlyBotocore?: true
}

const keys = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = secret\n`
const role = 'role_arn = arn:aws:iam::123456789012:role/r\n'
const by = (source: string) => `${role}source_profile = ${source}\n`
const sso = 'sso_account_id = 123456789012\nsso_role_name = Dev\n'
const portal = 'sso_start_url = https://corp.example/start\nsso_region = us-east-1\n'
const process = (id: string) =>
  `credential_process = echo '{"Version":1,"AccessKeyId":"${id}","SecretAccessKey":"secret"}'\n`
const login = 'login_session = arn:aws:iam::123456789012:user/me\n'
const inEnvironment = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'secret' }

const named = (header: string, profile: string): Case => ({ config: `[${header}]\n${keys('A')}`, profile })
const inCredentials = (header: string, profile = header): Case => ({
  credentials: `[${header}]\n${keys('A')}`,
  profile,
})
const session = (header: string, value: string): Case => ({
  config: `[profile dev]\nsso_session = ${value}\n${sso}[${header}]\n${portal}`,
  profile: 'dev',
})

export const cases: Record<string, Case> = {
  // Names of profiles
  'a plain name': named('profile dev', 'dev'),
  'blanks in double quotes': named('profile "My Company Dev"', 'My Company Dev'),
  'blanks in single quotes': named("profile 'My Company Dev'", 'My Company Dev'),
  'a blank behind a backslash': named('profile My\\ Company', 'My Company'),
  'a quote in quotes': named('profile "o\'brien"', "o'brien"),
  'a double quote, escaped': named('profile "say \\"hi\\""', 'say "hi"'),
  'letters beyond ASCII': named('profile dév-日本', 'dév-日本'),
  'letters beyond ASCII, with a blank': named('profile "Zürich Prod"', 'Zürich Prod'),
  'an account and a role': named('profile 123456789012_Dev@corp', '123456789012_Dev@corp'),
  brackets: named('profile a(b)[c]', 'a(b)[c]'),
  'signs of a shell': named('profile a&b$c', 'a&b$c'),
  'a comma and a star': named('profile a,b*', 'a,b*'),
  'half of a name in quotes': named('profile pre"fix ed"', 'prefix ed'),
  'two blanks before the name': named('profile  dev', 'dev'),
  'a tab before the name': named('profile\tdev', 'dev'),
  'a blank at the end': named('profile dev ', 'dev'),
  'a remark after the header': { config: `[profile dev] # mine\n${keys('A')}`, profile: 'dev' },
  'a dot, a colon, a slash': named('profile a.b:c/d', 'a.b:c/d'),
  'a name like a kind': named('profile sso-session.x', 'sso-session.x'),
  'default with its prefix': named('profile default', 'default'),
  'the name of something that every object has': {
    ...named('profile constructor', 'constructor'),
    says: /cannot read: rename it/,
    onlyBotocore: true,
  },
  'an empty name is none': { ...named('profile ""', 'x'), says: /does not exist/ },
  'a mark of a remark in the name': {
    ...named('profile "a #b"', 'a #b'),
    says: /cannot read: rename it/,
    onlyBotocore: true,
  },
  'a name of two words without quotes': {
    ...named('profile My Company', 'My Company'),
    says: /does not exist\. Write \[profile "My Company"\] in the config file, not \[profile My Company\]/,
  },
  'a quote without an end': { ...named("profile o'brien", "o'brien"), says: /Write \[profile "o'brien"\]/ },
  'no prefix in the config file': {
    ...named('dev', 'dev'),
    says: /Write \[profile dev\] in the config file, not \[dev\]/,
  },
  'blanks in the credentials file': inCredentials('My Company Dev'),
  'two words in the credentials file': inCredentials('My Company'),
  'quotes in the credentials file are part of the name': inCredentials('"dev"'),
  'letters beyond ASCII in the credentials file': inCredentials('dév'),
  'a prefix in the credentials file': {
    ...inCredentials('profile dev', 'dev'),
    says: /Write \[dev\] in the credentials file, not \[profile dev\]/,
  },
  'another case': { ...named('profile Dev', 'dev'), says: /Did you mean "Dev"/ },

  // Names of SSO sessions
  'a plain session': session('sso-session corp', 'corp'),
  'a session in quotes, as `aws configure sso` writes it': session("sso-session 'My Company'", 'My Company'),
  'a session in double quotes': session('sso-session "My Company"', 'My Company'),
  'a session beyond ASCII': session('sso-session société', 'société'),
  'a session with two blanks': session('sso-session  corp', 'corp'),
  'a session that is not there': {
    ...session('sso-session corp', 'crop'),
    says: /SSO session "crop".*no \[sso-session\]/,
  },
  'a session whose value is in quotes': {
    ...session('sso-session corp', '"corp"'),
    says: /there is no \[sso-session\]/,
  },
  'a session of two words without quotes': { ...session('sso-session My Company', 'My Company'), says: /"My Company"/ },
  'a session with a mark of a remark': {
    ...session("sso-session 'a #b'", 'a #b'),
    says: /cannot read: rename it/,
    onlyBotocore: true,
  },
  'a session without its region, which the profile has': {
    config: `[profile dev]\nsso_session = corp\nsso_region = us-east-1\n${sso}[sso-session corp]\nsso_start_url = https://corp.example/start\n`,
    profile: 'dev',
  },
  'a session that says other than the profile': {
    config: `[profile dev]\nsso_session = corp\nsso_region = us-east-2\n${sso}[sso-session corp]\n${portal}`,
    profile: 'dev',
    says: /has another sso_region than its SSO session "corp"/,
  },
  'SSO of the old kind': { config: `[profile dev]\n${portal}${sso}`, profile: 'dev' },
  'SSO without a start URL': {
    config: `[profile dev]\n${sso}sso_region = x\n`,
    profile: 'dev',
    says: /has no sso_start_url/,
  },
  'SSO without a role': {
    config: `[profile dev]\nsso_account_id = 1\n${portal}`,
    profile: 'dev',
    says: /no sso_role_name/,
  },
  'SSO for tokens only, and keys': { config: `[profile dev]\n${portal}${keys('A')}`, profile: 'dev' },

  // Which of several
  'SSO before keys that a tool has written': {
    config: `[profile dev]\n${portal}${sso}`,
    credentials: `[dev]\n${keys('A')}`,
    profile: 'dev',
  },
  'the credentials file before the config file': {
    config: `[profile dev]\n${keys('C')}`,
    credentials: `[dev]\n${keys('A')}`,
    profile: 'dev',
  },
  'a process before keys of the config file': { config: `[profile dev]\n${keys('C')}${process('P')}`, profile: 'dev' },
  'keys of the credentials file before a process': {
    config: `[profile dev]\n${process('P')}`,
    credentials: `[dev]\n${keys('A')}`,
    profile: 'dev',
  },
  '`aws login` before a process': { config: `[profile dev]\n${login}${process('P')}`, profile: 'dev' },
  'SSO before a process': { config: `[profile dev]\n${portal}${sso}${process('P')}`, profile: 'dev' },
  'a role before SSO': {
    config: `[profile dev]\n${portal}${sso}${by('base')}[profile base]\n${keys('B')}`,
    profile: 'dev',
  },
  'a web identity before keys': {
    config: `[profile dev]\n${role}web_identity_token_file = HOME/token\n${keys('C')}`,
    profile: 'dev',
  },
  'a web identity beside a source_profile': {
    config: `[profile dev]\n${by('base')}web_identity_token_file = HOME/token\n[profile base]\n${keys('B')}`,
    profile: 'dev',
  },
  '`aws login` alone': { config: `[profile dev]\n${login}`, profile: 'dev' },
  'a process alone': { config: `[profile dev]\n${process('P')}`, profile: 'dev' },
  'a process with a mark of a remark in quotes': {
    config: `[profile dev]\ncredential_process = sh -c "echo '{\\"Version\\":1,\\"AccessKeyId\\":\\"P\\",\\"SecretAccessKey\\":\\"s\\"}' ; : #x"\n`,
    profile: 'dev',
  },
  'nothing to sign in with': {
    config: '[profile dev]\nregion = us-east-1\n',
    profile: 'dev',
    says: /No AWS credentials are set up in AWS profile "dev"/,
  },

  // Roles
  'a role over keys': { config: `[profile dev]\n${by('base')}[profile base]\n${keys('B')}`, profile: 'dev' },
  'a role over a name with blanks': {
    config: `[profile dev]\n${by('My Base')}[profile "My Base"]\n${keys('B')}`,
    profile: 'dev',
  },
  'a role over itself': { config: `[profile dev]\n${by('dev')}${keys('B')}`, profile: 'dev' },
  'a role over a process': { config: `[profile dev]\n${by('base')}[profile base]\n${process('P')}`, profile: 'dev' },
  'a role over SSO with keys beside it': {
    config: `[profile dev]\n${by('base')}[profile base]\n${portal}${sso}`,
    credentials: `[base]\n${keys('B')}`,
    profile: 'dev',
  },
  'a role over the keys of a role': {
    config: `[profile dev]\n${by('base')}[profile base]\n${by('gone')}${keys('B')}`,
    profile: 'dev',
  },
  'a role over the environment': {
    config: `[profile dev]\n${role}credential_source = Environment\n`,
    env: inEnvironment,
    profile: 'dev',
  },
  'a role over the environment, which has no keys': {
    config: `[profile dev]\n${role}credential_source = Environment\n`,
    profile: 'dev',
    says: /The credential_source of AWS profile "dev" gave no credentials/,
  },
  'a role over a container, elsewhere': {
    config: `[profile dev]\n${role}credential_source = EcsContainer\n`,
    profile: 'dev',
    says: /The credential_source of AWS profile "dev" gave no credentials.*EcsContainer a container/,
  },
  'a role over a role over an instance, elsewhere': {
    config: `[profile dev]\n${by('base')}[profile base]\n${role}credential_source = Ec2InstanceMetadata\n`,
    profile: 'dev',
    says: /The credential_source of AWS profile "base" gave no credentials.*Ec2InstanceMetadata an instance/,
  },
  'a role over nothing': {
    config: `[profile dev]\n${role}`,
    profile: 'dev',
    says: /no source_profile and no credential_source/,
  },
  'a role over nothing, and keys that would do without it': {
    config: `[profile dev]\n${role}${keys('A')}`,
    profile: 'dev',
    says: /no source_profile/,
  },
  'a role over both': {
    config: `[profile dev]\n${by('base')}credential_source = Environment\n[profile base]\n${keys('B')}`,
    profile: 'dev',
    says: /has both/,
  },
  'a role over an unknown source': {
    config: `[profile dev]\n${role}credential_source = Ec2\n`,
    profile: 'dev',
    says: /none of Environment, /,
  },
  'a role over a profile that is not there': {
    config: `[profile dev]\n${by('gone')}`,
    profile: 'dev',
    says: /"gone".*does not exist/,
  },
  'roles in a circle': {
    config: `[profile dev]\n${by('two')}[profile two]\n${by('dev')}`,
    profile: 'dev',
    says: /builds on itself/,
  },
  'a role over itself without keys': {
    config: `[profile dev]\n${by('dev')}`,
    profile: 'dev',
    says: /builds on itself/,
  },
  'a web identity without a role': {
    config: '[profile dev]\nweb_identity_token_file = /t\n',
    profile: 'dev',
    says: /but no role_arn/,
  },
  'half a pair of keys': {
    credentials: '[dev]\naws_access_key_id = A\n',
    profile: 'dev',
    says: /no aws_secret_access_key/,
  },

  // How lines are written
  'upper case': { config: '[profile dev]\nAWS_ACCESS_KEY_ID = A\nAWS_SECRET_ACCESS_KEY = s\n', profile: 'dev' },
  'mixed case in the credentials file': {
    credentials: '[dev]\nAws_Access_Key_Id=A\nAws_Secret_Access_Key=s\n',
    profile: 'dev',
  },
  colons: { config: '[profile dev]\naws_access_key_id: A\naws_secret_access_key: s\n', profile: 'dev' },
  'all of it indented': {
    config: '[profile dev]\n  aws_access_key_id = A\n  aws_secret_access_key = s\n',
    profile: 'dev',
  },
  'the header indented, too': {
    config: '  [profile dev]\n  aws_access_key_id = A\n  aws_secret_access_key = s\n',
    profile: 'dev',
  },
  'line ends of Windows': { config: `[profile dev]\r\n${keys('A').replaceAll('\n', '\r\n')}`, profile: 'dev' },
  'remarks and empty lines': {
    config: `# top\n[profile dev]\n\n; one\naws_access_key_id = A\n\n  # two\naws_secret_access_key = s\n`,
    profile: 'dev',
  },
  'settings below a setting': {
    config: `[profile dev]\ns3 =\n  max_concurrent_requests = 2\n${keys('A')}`,
    profile: 'dev',
  },
  'what is deeper belongs to the line above': {
    config: `[profile dev]\nregion = us-east-1\n  aws_access_key_id = A\n  aws_secret_access_key = s\n`,
    profile: 'dev',
    says: /No AWS credentials are set up/,
  },
  '[DEFAULT] is for all': { config: `[DEFAULT]\n${keys('A')}[profile dev]\nregion = us-east-1\n`, profile: 'dev' },
  'no blank before the equals sign': {
    credentials: '[dev]\naws_access_key_id=A\naws_secret_access_key=s=\n',
    profile: 'dev',
  },
  'the session token by its old name': { credentials: `[dev]\n${keys('A')}aws_security_token = t\n`, profile: 'dev' },

  // Which profile, and which of the environment
  AWS_DEFAULT_PROFILE: { config: `[profile work]\n${keys('A')}`, env: { AWS_DEFAULT_PROFILE: 'work' } },
  'AWS_DEFAULT_PROFILE before [default]': {
    config: `[default]\n${keys('D')}[profile work]\n${keys('A')}`,
    env: { AWS_DEFAULT_PROFILE: 'work' },
  },
  'AWS_DEFAULT_PROFILE before AWS_PROFILE': {
    config: `[profile a]\n${keys('A')}[profile b]\n${keys('B')}`,
    env: { AWS_DEFAULT_PROFILE: 'a', AWS_PROFILE: 'b' },
  },
  AWS_PROFILE: { config: `[profile "my b"]\n${keys('B')}`, env: { AWS_PROFILE: 'my b' } },
  'AWS_DEFAULT_PROFILE that is not there': {
    config: `[default]\n${keys('D')}`,
    env: { AWS_DEFAULT_PROFILE: 'gone' },
    says: /"gone" does not exist/,
  },
  'keys before AWS_PROFILE': {
    config: `[profile dev]\n${portal}${sso}`,
    env: { ...inEnvironment, AWS_PROFILE: 'dev' },
  },
  'keys before AWS_DEFAULT_PROFILE': {
    config: `[profile dev]\n${keys('A')}`,
    env: { ...inEnvironment, AWS_DEFAULT_PROFILE: 'dev' },
  },
  '--profile before keys': { config: `[profile dev]\n${keys('A')}`, env: inEnvironment, profile: 'dev' },
  'keys before [default]': { config: `[default]\n${keys('D')}`, env: inEnvironment },
  '[default] of the credentials file': { credentials: `[default]\n${keys('D')}` },
  'nothing at all': { says: /No AWS credentials were found/ },
}
