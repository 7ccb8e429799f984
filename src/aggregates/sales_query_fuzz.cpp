#include "aggregates/sales_query.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace forecart;  // NOLINT(google-build-using-namespace)

namespace {

/// name=value pairs between line ends.
NamedValues pairs(std::string_view text) {
  NamedValues values;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('\n'));
    text.remove_prefix(pair.size() + (pair.size() < text.size() ? 1 : 0));
    const std::size_t equal = std::min(pair.find('='), pair.size());
    values.emplace_back(pair.substr(0, equal), pair.substr(std::min(equal + 1, pair.size())));
  }
  return values;
}

}  // namespace

/// Any names and values are read or refused with an Error; what is read is valid and survives being
/// written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SalesSchema schema{{"product", "by", "a,b", "in.by", "Y"},
                                  TimeZone::named("Europe/Berlin")};
  try {
    const SalesQuery query =
        parse_sales_query(pairs({reinterpret_cast<const char*>(data), size}), schema);
    if (parse_sales_query(named_values(query), schema) != query) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
