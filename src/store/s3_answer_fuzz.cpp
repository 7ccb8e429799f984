#include "base/error.h"
#include "store/location.h"
#include "store/s3_xml.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace forecart;

/// A page has objects with keys and sizes, or is refused.
void check_page(const std::string& xml) {
  try {
    for (const ObjectInfo& object : parse_s3_page(xml).objects) {
      if (object.size < 0) std::abort();
    }
  } catch (const Error&) {
  }
}

/// What is a location says the same when it is written and read again.
void check_location(const std::string& text) {
  try {
    const StoreLocation location(text);
    if (StoreLocation(location.text()) != location) std::abort();
    if (!location.prefix().empty() && !is_key(location.prefix())) std::abort();
  } catch (const Error&) {
  }
}

/// Keys that are said to go into XML come out of it as they were, blanks alone excepted.
void check_removal(const std::string& key) {
  if (!is_xml_text(key) || key.find_first_not_of(' ') == std::string::npos) return;
  std::string list = removal_list({{key, "tag"}});
  const std::size_t begin = list.find("<Key>");
  list = list.substr(begin, list.find("</Key>") + 6 - begin);
  const auto keys = parse_removed("<DeleteResult><Deleted>" + list + "</Deleted></DeleteResult>");
  if (keys != std::vector<std::string>{key}) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_page(text);
  check_page(
      "<ListBucketResult><EncodingType>url</EncodingType><Contents><Size>1</Size><LastModified>"
      "2026-01-01T00:00:00Z</LastModified><Key>" +
      text + "</Key></Contents></ListBucketResult>");
  check_location(text);
  check_location("s3://" + text);
  parse_s3_error("<Error><Code>" + text);
  parse_s3_error(text);
  unquoted(text);
  check_removal(text);
  try {
    parse_removed(text);
  } catch (const Error&) {
  }
  for (const bool uploads : {false, true}) {
    try {
      uploads ? void(parse_s3_uploads(text)) : void(parse_upload_id(text));
    } catch (const Error&) {
    }
  }
  return 0;
}
