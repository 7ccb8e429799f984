import type { User } from '../../api/account_calls.ts';

/// Who somebody is to a provider.
export function SubjectFields({ user }: { user?: User }) {
  return (
    <>
      <label>
        Issuer, the provider's address
        <input name="issuer" type="url" required maxLength={512} defaultValue={user?.issuer ?? ''} />
      </label>
      <label>
        Subject (sub)
        <input name="subject" required maxLength={512} autocomplete="off" defaultValue={user?.subject ?? ''} />
        <span class="note">The audit names it where somebody unknown tried to sign in.</span>
      </label>
    </>
  );
}

export function subjectIn(data: FormData): { issuer: string; subject: string } {
  return { issuer: String(data.get('issuer')), subject: String(data.get('subject')) };
}
