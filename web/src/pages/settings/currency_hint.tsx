import { saysCurrency, withCurrency } from './settings_words.ts';

/// Offers to say the currency where the settings do not.
export function CurrencyHint({ text, change }: { text: string; change: (text: string) => void }) {
  if (saysCurrency(text)) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget as HTMLFormElement).get('currency')).toUpperCase();
    change(withCurrency(text, code));
  };
  return (
    <form class="bar" onSubmit={submit}>
      <span class="note">Revenue is shown without a currency.</span>
      <label>
        It is in
        <input name="currency" list="currencies" required pattern="[A-Za-z]{3}" maxLength={3} size={5} placeholder="USD" autocomplete="off" />
      </label>
      <datalist id="currencies">
        {['USD', 'EUR', 'GBP', 'CHF', 'JPY', 'CNY', 'INR', 'CAD', 'AUD', 'SEK'].map((code) => (
          <option key={code} value={code} />
        ))}
      </datalist>
      <button>Write it in</button>
    </form>
  );
}
