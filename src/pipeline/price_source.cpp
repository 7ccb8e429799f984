#include "pipeline/price_source.h"

#include "table/byte_source.h"

#include <fstream>
#include <iterator>
#include <string>

namespace forecart {

namespace {

constexpr const char* kKey = "prices.toml";

}  // namespace

Prices prices_for(const std::filesystem::path& file, const Repository* repository) {
  if (!file.empty()) {
    require_readable_file(file);
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    return parse_prices(text, file.string(), shipped_prices());
  }
  if (repository != nullptr) {
    if (const auto text = repository->store().read(kKey)) {
      return parse_prices(*text, kKey, shipped_prices());
    }
  }
  return shipped_prices();
}

}  // namespace forecart
