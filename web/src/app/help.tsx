import { pages } from '../pages/pages.ts';
import '../components/dialog.css';
import { useModal } from '../components/use_modal.ts';
import './help.css';

const others: [string, [string, string][]][] = [
  ['Anywhere', [['Ctrl K', 'go to a page, a data set or an action'], ['?', 'these keys'], ['Esc', 'close what is open']]],
  ['In a chart', [['← →', 'from value to value'], ['Enter', 'look into it, filter by it, or explain it'], ['Shift ← →', 'move in time (Forecast)'], ['+ −', 'zoom (Forecast)'], ['0', 'show all (Forecast)']]],
  ['In a heat map', [['← ↑ ↓ →', 'from hour to hour and day to day'], ['Home End', 'the first, the last']]],
];

/// All keys there are.
export function Help({ close }: { close: () => void }) {
  const dialog = useModal();
  return (
    <dialog ref={dialog} class="dialog help" aria-labelledby="help-title" onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <h2 id="help-title">Keys</h2>
      <div class="help-columns">
        <Keys title="Pages" keys={pages.map((page) => [`g ${page.key}`, page.title])} />
        {others.map(([title, keys]) => (
          <Keys key={title} title={title} keys={keys} />
        ))}
      </div>
      <div class="dialog-foot">
        <button autofocus onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="facts">
        {keys.map(([key, what]) => (
          <>
            <dt key={key}>
              {key.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
