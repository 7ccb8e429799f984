import type { Role, Session } from '../api/types.ts';
import { Icon, icons } from './icon.tsx';
import './may_not.css';

const article: Record<Role, string> = { viewer: 'a viewer', analyst: 'an analyst', admin: 'an admin' };

/// Who somebody is, in words.
export function whoIs(session: Session): string {
  return `${session.user}, ${article[session.role]}`;
}

/// In place of what somebody may not see.
export function MayNot({ what, least, session }: { what: string; least: Role; session: Session }) {
  return (
    <section class="panel may-not">
      <Icon path={icons.lock} size={22} />
      <h2>{what}: for {least}s</h2>
      <p>You are signed in as {whoIs(session)}. An admin can give you another role, in Settings, Users.</p>
    </section>
  );
}
