import type { IQualityModel } from '../tokens';

/** The names that a notebook has, as far as they are known. */
export function namesTaken({ inspection }: IQualityModel): Set<string> {
  return new Set(
    (inspection?.flow.cells ?? []).flatMap(({ defines, uses }) =>
      [...defines, ...uses].map(({ name }) => name)
    )
  );
}
