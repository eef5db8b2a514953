/** Shows the pages of rules. */
export interface IRulePages {
  /** Opens the page of a rule, ours or ruff's; rejects with a sentence where it cannot be had. */
  open(code: string): Promise<void>;
}
