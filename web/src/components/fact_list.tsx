import { Fragment, type ComponentChildren } from 'preact';

/// Names and what is known by them, one below the other.
export function FactList({ facts, children }: { facts: readonly (readonly [string, ComponentChildren])[]; children?: ComponentChildren }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
      {children}
    </dl>
  );
}
