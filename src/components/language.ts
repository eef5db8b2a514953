/** Names that are not the id with a capital letter. */
const NAMES: Record<string, string> = {
  'c++': 'C++',
  'c#': 'C#',
  javascript: 'JavaScript',
  matlab: 'MATLAB',
  php: 'PHP',
  sql: 'SQL',
  typescript: 'TypeScript'
};

/** A language as people write it; kernels tell its id in lower case. */
export function languageName(id: string): string {
  return NAMES[id] ?? id.charAt(0).toUpperCase() + id.slice(1);
}
