import { roles, roleWords } from '../../api/roles.ts';
import type { Role } from '../../api/types.ts';

interface Props {
  role: Role;
  choose: (role: Role) => void;
}

/// One of the roles, with what it may.
export function RoleChoice({ role, choose }: Props) {
  return (
    <label>
      Role
      <select value={role} onChange={(event) => choose(event.currentTarget.value as Role)}>
        {roles.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <span class="note">{roleWords[role]}</span>
    </label>
  );
}
