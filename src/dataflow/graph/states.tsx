import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { languageName } from '../../components/language';
import type { IQualityModel } from '../../tokens';

/** Why there is no graph, and what can be done about it. */
export function NoGraph(props: {
  model: IQualityModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const { title, words, canRetry } = reasonOf(model, trans);
  return (
    <div className="jp-nbq-empty" role="status">
      <h3>{title}</h3>
      <p>{words}</p>
      {canRetry && (
        <button
          type="button"
          className="jp-nbq-button"
          onClick={() => void model.check()}
        >
          {trans.__('Try again')}
        </button>
      )}
    </div>
  );
}

function reasonOf(
  model: IQualityModel,
  trans: TranslationBundle
): { title: string; words: string; canRetry?: boolean } {
  const { status, inspection } = model;
  if (status === 'missing') {
    return {
      title: trans.__('The graph needs the server part'),
      words: trans.__(
        'The server extension of Notebook Quality does not answer, or is of another version. The side panel says what to do.'
      ),
      canRetry: true
    };
  }
  if (inspection && !inspection.supported) {
    return {
      title: trans.__('Python notebooks only'),
      words: trans.__(
        'This notebook uses the %1 kernel. What its cells need of each other is not known.',
        languageName(inspection.language)
      )
    };
  }
  if (!inspection && status === 'failed') {
    return {
      title: trans.__('The notebook could not be checked'),
      words: model.error,
      canRetry: true
    };
  }
  if (!inspection) {
    return {
      title: trans.__('Checking the notebook'),
      words: trans.__('The graph is drawn as soon as that is done.')
    };
  }
  return {
    title: trans.__('No code to link'),
    words: trans.__(
      'Once cells define names and others use them, they are drawn here.'
    )
  };
}
