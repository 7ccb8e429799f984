import type { PageProps } from '../pages.ts';

export default function Sales({ dataset }: PageProps) {
  return <p>{dataset}</p>;
}
