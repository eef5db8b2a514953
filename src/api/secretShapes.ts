/**
 * How secrets look, for looking through outputs. Generated from the server's: do not edit, run
 * `python -m jupyter_nbquality.server.typescript`.
 */

/**
 * How one kind of secret looks.
 */
export type SecretShape = {
  name: string;
  /** Group 1 is what stands before the secret, group 2 is the secret. */
  pattern: string;
  /** In lower case; a text that holds none of them, in any case, cannot match. */
  needles: readonly string[];
  ignore_case: boolean;
  certainty: 'certain' | 'key' | 'assigned';
};

export const SECRET_SHAPES: readonly SecretShape[] = [
  {
    name: 'private-key',
    pattern:
      '(-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)([A-Za-z0-9+/=\\\\ \\t\\r\\n"\']{40,16000})',
    needles: ['private key'],
    ignore_case: false,
    certainty: 'certain'
  },
  {
    name: 'aws-access-key-id',
    pattern: '(?<![A-Za-z0-9_-])()((?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9_-])',
    needles: ['akia', 'asia'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'aws-secret-access-key',
    pattern:
      '(aws[A-Za-z_]{0,20}secret[A-Za-z_]{0,20}["\' \\t:=\\]]{1,12})([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])',
    needles: ['aws'],
    ignore_case: true,
    certainty: 'key'
  },
  {
    name: 'github-token',
    pattern:
      '(?<![A-Za-z0-9_-])()(gh[opusr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})(?![A-Za-z0-9_-])',
    needles: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'gitlab-token',
    pattern:
      '(?<![A-Za-z0-9_-])()(gl(?:pat|dt|rt|ptt|ft|soat)-[A-Za-z0-9_-]{20,255})(?![A-Za-z0-9_-])',
    needles: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glft-', 'glsoat-'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'slack-token',
    pattern:
      '(?<![A-Za-z0-9_-])()(xox[abeoprs]-[A-Za-z0-9-]{10,255}|xapp-[0-9]-[A-Za-z0-9-]{20,255})(?![A-Za-z0-9_-])',
    needles: ['xox', 'xapp-'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'slack-webhook',
    pattern:
      '(hooks\\.slack\\.com/services/)(T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{16,40})',
    needles: ['hooks.slack.com'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'anthropic-key',
    pattern:
      '(?<![A-Za-z0-9_-])()(sk-ant-[A-Za-z0-9_-]{24,255})(?![A-Za-z0-9_-])',
    needles: ['sk-ant-'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'openai-key',
    pattern:
      '(?<![A-Za-z0-9_-])()(sk-[A-Za-z0-9]{32,64}|sk-(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{32,255})(?![A-Za-z0-9_-])',
    needles: ['sk-'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'google-api-key',
    pattern: '(?<![A-Za-z0-9_-])()(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])',
    needles: ['aiza'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'google-oauth-secret',
    pattern: '(?<![A-Za-z0-9_-])()(GOCSPX-[A-Za-z0-9_-]{28})(?![A-Za-z0-9_-])',
    needles: ['gocspx-'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'stripe-key',
    pattern:
      '(?<![A-Za-z0-9_-])()((?:sk|rk)_live_[A-Za-z0-9]{16,255})(?![A-Za-z0-9_-])',
    needles: ['sk_live_', 'rk_live_'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'huggingface-token',
    pattern: '(?<![A-Za-z0-9_-])()(hf_[A-Za-z0-9]{30,40})(?![A-Za-z0-9_-])',
    needles: ['hf_'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'npm-token',
    pattern: '(?<![A-Za-z0-9_-])()(npm_[A-Za-z0-9]{36})(?![A-Za-z0-9_-])',
    needles: ['npm_'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'pypi-token',
    pattern:
      '(?<![A-Za-z0-9_-])()(pypi-[A-Za-z0-9_-]{50,1000})(?![A-Za-z0-9_-])',
    needles: ['pypi-'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'databricks-token',
    pattern:
      '(?<![A-Za-z0-9_-])()(dapi[a-f0-9]{32}(?:-[0-9])?)(?![A-Za-z0-9_-])',
    needles: ['dapi'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'sendgrid-key',
    pattern:
      '(?<![A-Za-z0-9_-])()(SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{36,50})(?![A-Za-z0-9_-])',
    needles: ['sg.'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'telegram-token',
    pattern:
      '((?<![A-Za-z0-9_-])(?:bot)?)([0-9]{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])',
    needles: [':aa'],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'azure-storage-key',
    pattern: '(AccountKey=)([A-Za-z0-9+/]{60,100}={0,2})',
    needles: ['accountkey='],
    ignore_case: false,
    certainty: 'key'
  },
  {
    name: 'jwt',
    pattern:
      '(?<![A-Za-z0-9_-])()(eyJ[A-Za-z0-9_-]{10,4000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{16,4000})(?![A-Za-z0-9_-])',
    needles: ['eyj'],
    ignore_case: false,
    certainty: 'certain'
  },
  {
    name: 'url-password',
    pattern:
      '(://[^ \\t\\r\\n/:@"\'`<>{}()\\[\\]$*]{0,100}:)(?!(?:admin|airflow|docker|elastic|guest|minio|minioadmin|mongo|mysql|neo4j|postgres|postgresql|rabbitmq|redis|root|sa)@(?:localhost|127[.]0[.]0[.]1|0[.]0[.]0[.]0|\\[::1\\]|host[.]docker[.]internal)(?![A-Za-z0-9.-]))([^ \\t\\r\\n/:@?#"\'`<>{}()\\[\\]]{3,200})(?=@[A-Za-z0-9\\[])',
    needles: ['://'],
    ignore_case: false,
    certainty: 'assigned'
  },
  {
    name: 'bearer-token',
    pattern:
      '(Bearer[ ]|Basic[ ])(?=[^0-9"\' \\t\\r\\n]{0,80}[0-9])([A-Za-z0-9._~+/-]{20,2000}={0,2})',
    needles: ['bearer ', 'basic '],
    ignore_case: false,
    certainty: 'assigned'
  },
  {
    name: 'shell-secret',
    pattern:
      '((?:%env|%set_env|export)[ \\t]{1,8}[A-Za-z0-9_]{0,40}(?:key|token|secret|password|passwd|pwd)(?:[ \\t]{0,8}=[ \\t]{0,8}|[ \\t]{1,8})["\']?|--(?:[a-z]{1,16}-){0,2}(?:password|token|api-key|secret)(?:=|[ ])(?=[^0-9"\' \\t\\r\\n]{0,80}[0-9]))([^ \\t\\r\\n"\'`$<>{}()|&;=\\[\\]-][^ \\t\\r\\n"\'`$<>{}()|&;]{5,200})',
    needles: ['%env', '%set_env', 'export', '--'],
    ignore_case: true,
    certainty: 'assigned'
  },
  {
    name: 'password',
    pattern:
      '((?:password|passwd|passphrase|passcode|pwd)\\\\?["\']?\\]?[ \\t]{0,8}(?::[ \\t]{0,3}[A-Za-z]{1,10}[ \\t]{0,3})?[=:][ \\t]{0,8}[rbuRBU]?\\\\?["\'])([^ \\t\\r\\n"\'\\\\]{4,200})(?=\\\\?["\'])',
    needles: ['passw', 'passphrase', 'passcode', 'pwd'],
    ignore_case: true,
    certainty: 'assigned'
  },
  {
    name: 'assigned-token',
    pattern:
      '((?:api[_-]?key|access[_-]?key|secret[_-]?key|auth[_-]?key|account[_-]?key|private[_-]?key|subscription[_-]?key|secret|token)\\\\?["\']?\\]?[ \\t]{0,8}(?::[ \\t]{0,3}[A-Za-z]{1,10}[ \\t]{0,3})?[=:][ \\t]{0,8}[rbuRBU]?\\\\?["\'])(?=[^0-9"\' \\t\\r\\n]{0,80}[0-9])(?=[^A-Za-z"\' \\t\\r\\n]{0,80}[A-Za-z])([A-Za-z0-9_+/=.:~!@#%&*-]{12,500})(?=\\\\?["\'])',
    needles: ['key', 'secret', 'token'],
    ignore_case: true,
    certainty: 'assigned'
  }
];

/**
 * Looked for anywhere in a secret, capitals or not: such a value is an example, whatever its shape.
 */
export const EXAMPLE_PATTERN =
  'example|x{4}|your[_-]|0123456|12345678|abcdefgh|\\*\\*\\*|\\.\\.\\.|redacted|dummy|([A-Za-z0-9])\\1{7}';

/**
 * Looked for from the first character to the last, capitals or not, where only the name gives a
 * secret away.
 */
export const PLACEHOLDER_PATTERN =
  '([ -~])\\1*|[*\u2022._x-]*|[<\\[{(%$].*|.*[{}<>\u2026].*|.*\\$\\(.*|.*%[sd(].*|(?:/|\\./|\\.\\./|~|https?:|s3:|gs:|file:|env:|vault:|arn:|os\\.|sys\\.|none|null).*|(?:my|the|an?|some|new|old|insert|enter|add|put|type|paste|replace|change|your|fake|test|sample|demo)[_-]?(?:me|it|with|in|super|very|password|passwd|pass|pwd|secret|token|api|access|key|here|value).*|.*(?:placeholder|changeme|change[_-]me|[_-]here|yourkey|yourpass|yourtoken|todo|fixme).*|(?:password|passwd|pass|passphrase|passcode|pwd|secret|token|key|api_?key|access_?token|username|user|login|test|testing|string|str|text|true|false|default|empty|required|optional|hidden|undefined|value|foo|bar|foobar|prompt)[0-9]{0,3}[:?]?';
