import type { TranslationBundle } from '@jupyterlab/translation';
import type { ErrorInfo, ReactNode } from 'react';
import { Component } from 'react';

export interface ISectionBoundaryProps {
  /** What the section shows; when it is another, it is tried again. */
  readonly subject: unknown;
  readonly children: ReactNode;
  readonly trans: TranslationBundle;
}

/**
 * Keeps the failure of one section from taking the others away.
 */
export class SectionBoundary extends Component<
  ISectionBoundaryProps,
  { failed: boolean; subject: unknown }
> {
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  static getDerivedStateFromProps(
    props: ISectionBoundaryProps,
    state: { subject: unknown }
  ): { failed: boolean; subject: unknown } | null {
    return props.subject === state.subject
      ? null
      : { failed: false, subject: props.subject };
  }

  override state = { failed: false, subject: this.props.subject };

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('A section of Notebook Quality failed.', error, info);
  }

  override render(): ReactNode {
    return this.state.failed ? (
      <p className="jp-nbq-none">
        {this.props.trans.__('This section cannot be shown. The log says why.')}
      </p>
    ) : (
      this.props.children
    );
  }
}
