#include "access/common_passwords.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>

namespace forecart {

namespace {

/// Words and phrases that lead the published lists of leaked passwords, with the digits and signs
/// taken off, and words that this program brings to mind.
constexpr std::array<std::string_view, 84> kWords{
    "password",
    "passwort",
    "passwords",
    "passwordpassword",
    "passw",
    "pass",
    "passpass",
    "pwd",
    "admin",
    "administrator",
    "adminadmin",
    "root",
    "rootroot",
    "toor",
    "user",
    "username",
    "login",
    "welcome",
    "welcometo",
    "letmein",
    "letmeinplease",
    "iloveyou",
    "iloveyouiloveyou",
    "loveyou",
    "loveme",
    "changeme",
    "changemenow",
    "pleasechangeme",
    "default",
    "guest",
    "test",
    "testtest",
    "testing",
    "tester",
    "secret",
    "secretsecret",
    "topsecret",
    "master",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "basketball",
    "superman",
    "batman",
    "trustno",
    "shadow",
    "michael",
    "michelle",
    "jennifer",
    "charlie",
    "jordan",
    "whatever",
    "nothing",
    "freedom",
    "hello",
    "helloworld",
    "hellohello",
    "internet",
    "computer",
    "starwars",
    "pokemon",
    "liverpool",
    "chocolate",
    "butterfly",
    "unknown",
    "summer",
    "winter",
    "spring",
    "autumn",
    "january",
    "december",
    "monday",
    "company",
    "business",
    "shop",
    "forecart",
    "forecast",
    "forecasts",
    "server",
    "temporary",
    "correcthorsebatterystaple",
};

constexpr std::string_view kLeaked[]{
#include "access/leaked_passwords.inc"
};
static_assert(std::ranges::is_sorted(kLeaked));

constexpr std::array<std::string_view, 7> kRows{
    "01234567890123456789",       "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p"};

constexpr std::size_t kFewCharacters = 4;

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

/// The letter that a digit or sign is written for.
char as_letter(char c) {
  constexpr std::string_view kSigns = "4@83601!7$59";
  constexpr std::string_view kLetters = "aabegoiitssg";
  const std::size_t at = kSigns.find(c);
  return at == std::string_view::npos ? c : kLetters[at];
}

bool is_word_of(std::string_view text) {
  std::string letters;
  std::copy_if(text.begin(), text.end(), std::back_inserter(letters), is_letter);
  return std::find(kWords.begin(), kWords.end(), letters) != kWords.end() ||
         std::binary_search(std::begin(kLeaked), std::end(kLeaked), letters);
}

/// A common word with digits and signs around it, in it, or for its letters: "P4ssword-2026".
bool is_word(std::string_view text) {
  const auto first = std::find_if(text.begin(), text.end(), is_letter);
  const auto last = std::find_if(text.rbegin(), text.rend(), is_letter).base();
  if (first == text.end()) return false;
  std::string within(first, last);
  std::transform(within.begin(), within.end(), within.begin(), as_letter);
  return is_word_of(text) || is_word_of(within);
}

/// The longest beginning of `text` that stands in a row, forwards or backwards.
std::size_t along_a_row(std::string_view text) {
  std::size_t longest = 1;
  for (const std::string_view row : kRows) {
    const std::string back(row.rbegin(), row.rend());
    for (const std::string_view way : {row, std::string_view(back)}) {
      std::size_t size = longest;
      while (size < text.size() && way.find(text.substr(0, size + 1)) != std::string_view::npos) {
        ++size;
      }
      longest = size;
    }
  }
  return longest;
}

/// Made of three walks or fewer along the rows: "123456789012", "qwertyuiop12", "abcdef123456".
bool is_walk(std::string_view text) {
  constexpr int kMostWalks = 3;
  constexpr std::size_t kShortest = 3;
  int walks = 0;
  while (!text.empty() && walks < kMostWalks) {
    const std::size_t size = along_a_row(text);
    if (size < kShortest && size < text.size()) return false;
    text.remove_prefix(size);
    ++walks;
  }
  return text.empty();
}

/// "abcabcabcabc": a shorter text over and over, the last one perhaps in part.
bool is_repetition(std::string_view text) {
  constexpr std::size_t kLongestPeriod = 6;
  for (std::size_t period = 1; period <= std::min(kLongestPeriod, text.size() / 2); ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

}  // namespace

bool is_common_password(std::string_view small) {
  const std::set<char> different(small.begin(), small.end());
  return different.size() <= kFewCharacters || is_word(small) || is_repetition(small) ||
         is_walk(small);
}

}  // namespace forecart
