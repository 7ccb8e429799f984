// Why signing in at the provider failed, in words.
const elsewhere = new Map([
  ['provider_away', 'The provider does not answer. Try again in a minute.'],
  ['provider_wrong', 'The provider answers something that cannot be used. Ask who runs it.'],
  ['client_refused', 'The provider does not take this server. Whoever runs it has to see its client id and secret.'],
  ['settings', 'Signing in at the provider is not set up rightly here. Ask who runs this server.'],
  ['not_begun', 'This sign-in was not begun in this browser. Begin it anew.'],
  ['too_late', 'The sign-in began more than ten minutes ago. Begin it anew.'],
  ['denied', 'The provider did not let you in. Ask who runs it.'],
  ['code_refused', 'This sign-in has been used already. Begin it anew.'],
  ['token_refused', 'What the provider says of you does not stand up to the checks. Ask who runs it.'],
  ['no_user', 'The provider knows you, but you are no user here. Ask an admin to add you: the audit names you.'],
  ['disabled', 'Your account here is disabled. Ask an admin.'],
  ['unavailable', 'Signing in is not possible just now. Try again in a minute.'],
  ['internal', 'Something went wrong here. Ask who runs this server.'],
]);

/// Another word of the address is nobody's; '' of none.
export function providerWords(word: string): string {
  return word && (elsewhere.get(word) ?? 'Signing in did not work. Try again, or ask an admin.');
}
