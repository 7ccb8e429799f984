#include "base/error.h"
#include "net/aws_profile.h"
#include "net/credential_sources.h"
#include "net/http.h"
#include "net/uri.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace forecart;

/// What is an address stays one, and the same, when it is written and read again.
void check_url(std::string_view text) {
  try {
    const Url url = parse_url(text);
    const Url again = parse_url(url.text());
    if (again.text() != url.text() || again.host != url.host) std::abort();
  } catch (const Error&) {
  }
}

/// Whoever reads these gets keys or an Error.
void check_answers(std::string_view text) {
  for (const bool sts : {true, false}) {
    try {
      const Credentials found = sts ? parse_sts_answer(text) : parse_metadata_credentials(text);
      if (found.access_key.empty() || found.secret_key.empty()) std::abort();
    } catch (const Error&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (uri_decode(uri_encode(text)) != text) std::abort();
  if (uri_decode(text).size() > text.size()) std::abort();
  check_url(text);
  check_url("http://h" + std::string(text));
  check_answers(text);
  parse_profile_file(text);
  parse_http_date(std::string(text));
  return 0;
}
