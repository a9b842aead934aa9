/** The keys of companies that send no webhooks to Hookline, and of nobody in particular. */
import type { KeyShape } from './key-shape.ts'

export interface KeyOwner {
  readonly name: string
  readonly title: string
  readonly keys: readonly KeyShape[]
}

const blockTypes = ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED ']

export const otherKeyOwners: readonly KeyOwner[] = [
  {
    name: 'anthropic',
    title: 'Anthropic',
    keys: [
      secret('API key', 'sk-ant-api', '[0-9]{2}-[\\w-]{20,200}', ['ANTHROPIC_API_KEY']),
      secret('admin key', 'sk-ant-admin', '[0-9]{2}-[\\w-]{20,200}'),
      secret('OAuth token', 'sk-ant-o', '(?:at|rt)[0-9]{2}-[\\w-]{20,200}'),
    ],
  },
  {
    name: 'aws',
    title: 'AWS',
    keys: [
      secret('access key', 'AKIA', '[A-Z2-7]{16}'),
      secret('temporary access key', 'ASIA', '[A-Z2-7]{16}'),
      secret('secret access key', '', '[A-Za-z0-9/+]{40}', ['AWS_SECRET_ACCESS_KEY']),
    ],
  },
  {
    name: 'google',
    title: 'Google',
    keys: [
      {
        ...secret('API key', 'AIza', '[\\w-]{35}'),
        publishedBeside: /authDomain|auth_domain|firebase|maps\.googleapis\.com/i,
      },
      secret('OAuth client secret', 'GOCSPX-', '[\\w-]{28}'),
    ],
  },
  {
    name: 'private-key',
    title: 'A',
    keys: blockTypes.map((type) => ({
      name: 'private key',
      kind: 'private-key' as const,
      begins: `-----BEGIN ${type}PRIVATE KEY-----`,
      // In a string the line ends are escaped.
      rest: '(?:\\\\+[nr]|[\\s"\'+,])*[A-Za-z0-9+/=]{40,80}',
    })),
  },
  {
    name: 'hookline',
    title: 'Hookline',
    keys: [secret('admin key', 'hookline_admin_', '[\\w-]{43}')],
  },
  { name: 'npm', title: 'npm', keys: [secret('access token', 'npm_', '[A-Za-z0-9]{36}')] },
  {
    name: 'huggingface',
    title: 'Hugging Face',
    keys: [secret('access token', 'hf_', '[A-Za-z0-9]{34,40}')],
  },
  { name: 'groq', title: 'Groq', keys: [secret('API key', 'gsk_', '[A-Za-z0-9]{48,60}')] },
  { name: 'xai', title: 'xAI', keys: [secret('API key', 'xai-', '[A-Za-z0-9]{60,100}')] },
  {
    name: 'perplexity',
    title: 'Perplexity',
    keys: [secret('API key', 'pplx-', '[a-zA-Z0-9]{40,60}')],
  },
  { name: 'replicate', title: 'Replicate', keys: [secret('API token', 'r8_', '[A-Za-z0-9]{37}')] },
  {
    name: 'openrouter',
    title: 'OpenRouter',
    keys: [secret('API key', 'sk-or-v1-', '[0-9a-f]{64}')],
  },
]

function secret(
  name: string,
  begins: string,
  rest: string,
  names: readonly string[] = [],
): KeyShape {
  return { name, kind: 'api-key', begins, rest, names }
}
