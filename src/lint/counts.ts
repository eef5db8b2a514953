import type { Finding } from '../api/types';

/** How many problems there are; information is never counted. */
export function countProblems(findings: readonly Finding[]): {
  errors: number;
  warnings: number;
} {
  let errors = 0;
  let warnings = 0;
  for (const { severity } of findings) {
    errors += Number(severity === 'error');
    warnings += Number(severity === 'warning');
  }
  return { errors, warnings };
}
