import * as account from '../../api/account_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { licences } from './licences.ts';

export function About() {
  const of = useAnswer('openapi', account.document);
  return (
    <div class="grid">
      <Panel title="forecart" class="half" of={of} height={120}>
        {(v) => (
          <dl class="facts">
            <dt>Version</dt>
            <dd>{v.info.version}</dd>
            <dt>Licence</dt>
            <dd>Apache-2.0</dd>
            <dt>For programs</dt>
            <dd>
              <a href="/api/v1/openapi.json">the API as an OpenAPI 3.1 document</a>
            </dd>
            <dt>For the command line</dt>
            <dd>
              <code>forecart --help</code>
            </dd>
          </dl>
        )}
      </Panel>
      <section class="panel half" aria-label="Whose work it stands on">
        <header>
          <div>
            <h2>Whose work it stands on</h2>
            <p class="note">Libraries of the program and of these pages, with their licences.</p>
          </div>
        </header>
        <DataTable label="Libraries" columns={[{ name: 'name', label: 'Library' }, { name: 'of', label: 'For' }, { name: 'licence', label: 'Licence' }]} rows={licences.map(([name, what, licence]) => ({ name, of: what, licence }))} />
      </section>
    </div>
  );
}
