import type { ComponentType } from 'preact';

import { reaches } from '../../api/roles.ts';
import { change, follow } from '../../app/router.ts';
import { encodeView, type View } from '../../app/view.ts';
import { MayNot } from '../../components/may_not.tsx';
import type { PageProps } from '../pages.ts';
import { About } from './about.tsx';
import { AuditTrail } from './audit.tsx';
import { DatasetSettings } from './dataset_settings.tsx';
import './forms.css';
import { Look } from './look.tsx';
import { sectionOf, sectionsOf, type Section } from './sections.ts';
import './settings.css';
import { Tokens } from './tokens.tsx';
import { Users } from './users.tsx';
import { You } from './you.tsx';

const bodies: Record<string, ComponentType<PageProps>> = { you: You, look: Look, tokens: Tokens, users: Users, audit: AuditTrail, dataset: DatasetSettings, about: About };

export default function Settings(props: PageProps) {
  const { view, session } = props;
  const section = sectionOf(view.more.section);
  const Body = bodies[section.name]!;
  const shown = sectionsOf(session.role);
  return (
    <div class="settings">
      <nav aria-label="Sections of the settings" class="sections">
        <ul>
          {(shown.includes(section) ? shown : [...shown, section]).map((one) => (
            <li key={one.name}>
              <SectionLink view={view} section={one} here={one === section} />
            </li>
          ))}
        </ul>
      </nav>
      <div class="settings-body">{reaches(session.role, section.least) ? <Body key={`${section.name} ${props.dataset}`} {...props} /> : <MayNot what={section.title} least={section.least} session={session} />}</div>
    </div>
  );
}

function SectionLink({ view, section, here }: { view: View; section: Section; here: boolean }) {
  const there = { ...view, more: { section: section.name } };
  return (
    <a href={encodeView(there)} aria-current={here ? 'page' : undefined} onClick={follow(there)}>
      {section.title}
    </a>
  );
}

/// Changes what the address tells of a section; '' takes a word away.
export function changeMore(view: View, words: Record<string, string>, how: 'push' | 'replace' = 'push'): void {
  change({ more: { ...view.more, ...words } }, how);
}
