import type { PageProps } from '../pages.ts';

export default function Overview({ dataset }: PageProps) {
  return <p>{dataset}</p>;
}
