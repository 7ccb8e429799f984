import { roles, roleWords } from '../../api/roles.ts';
import type { Role } from '../../api/types.ts';

interface Props {
  role: Role;
  choose: (role: Role) => void;
  of?: readonly Role[]; ///< that there are to choose from
}

/// One of the roles, with what it may.
export function RoleChoice({ role, choose, of = roles }: Props) {
  return (
    <label>
      Role
      <select value={role} onChange={(event) => choose(event.currentTarget.value as Role)}>
        {of.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <span class="note">{roleWords[role]}</span>
    </label>
  );
}
