import { modelHint, modelTitle } from '../format/model_words.ts';
import './model_name.css';

/// A model in words, and its own name and what it does below the pointer, or where the focus is.
export function ModelName({ model }: { model: string }) {
  return (
    <span class="explained" tabIndex={0} data-hint={modelHint(model)}>
      {modelTitle(model)}
      <span class="visually-hidden"> ({modelHint(model)})</span>
    </span>
  );
}
