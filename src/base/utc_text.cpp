#include "base/utc_text.h"

namespace forecart {

std::string utc_text(Instant instant) {
  std::string text = format_instant(instant, TimeZone()) + "Z";
  constexpr std::size_t kDateDigits = 10;
  if (text.size() > kDateDigits && text[kDateDigits] == ' ') text[kDateDigits] = 'T';
  return text;
}

}  // namespace forecart
