/// How something is drawn, and what it is called.
export interface Key {
  label: string;
  colour: string;
  mark: 'line' | 'dashed' | 'dot' | 'area';
}
