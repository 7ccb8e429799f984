#include "cli/place.h"

#include "base/ascii.h"
#include "base/error.h"
#include "store/location.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace forecart {

namespace {

/// "s3" of "s3:/x", "file" of "file:///x", in small letters; "" where a text begins with no scheme.
std::string scheme_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.substr(colon + 1, 1) != "/") return "";
  std::string scheme = ascii_lower(text.substr(0, colon));
  const bool word = std::all_of(scheme.begin(), scheme.end(),
                                [](unsigned char c) { return std::isalnum(c) != 0; });
  return word ? scheme : "";
}

std::string wrong_with(const std::string& text) {
  const std::string scheme = scheme_of(text);
  if (scheme == "s3" && !text.starts_with("s3://")) {
    return fmt::format("'{0}' is no place; write s3://BUCKET/PREFIX, or ./{0} for a folder", text);
  }
  if (!scheme.empty() && scheme != "s3") {
    return fmt::format(
        "'{0}' is no place; write s3://BUCKET/PREFIX (AWS_ENDPOINT_URL names a server other than "
        "AWS), a folder, or ./{0} for a folder of that name",
        text);
  }
  try {
    static_cast<void>(StoreLocation(text));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

CLI::Validator place_of_repository() {
  return {wrong_with, ""};
}

}  // namespace forecart
