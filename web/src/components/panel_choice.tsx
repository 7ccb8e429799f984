interface Props {
  panels: readonly { panel: string }[];
  chosen: string;
  choose: (panel: string) => void;
}

/// One of the panels that a run forecast; nothing where there is one alone.
export function PanelChoice({ panels, chosen, choose }: Props) {
  if (panels.length < 2) return null;
  return (
    <label>
      Panel
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {panels.map((one) => (
          <option key={one.panel}>{one.panel}</option>
        ))}
      </select>
    </label>
  );
}
