#include "server/route_table.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace forecart;  // NOLINT(google-build-using-namespace)

namespace {

/// A table whose handlers hold what they may rely on.
RouteTable checked_table() {
  static const Guard guard({.service = AccessToken("0123456789abcdef"), .requests_per_second = 0});
  RouteTable table(guard);
  const auto handle = [](const Call& call) {
    for (const std::string& value : call.values) {
      if (value.empty() || value == "." || value == "..") std::abort();
      for (const char c : value) {
        if (static_cast<unsigned char>(c) < 0x20) std::abort();
      }
    }
    return Answer{.body = "{}"};
  };
  table.add({.method = "GET", .pattern = "/", .handle = handle});
  table.add({.method = "GET", .pattern = "/a/{b}", .any_query = true, .handle = handle});
  table.add({.method = "PUT",
             .pattern = "/a/{b}/c/{d}",
             .clearance = Clearance::intake,
             .handle = handle});
  return table;
}

/// What is before the next line end, which is cut off.
std::string_view line(std::string_view& text) {
  const std::string_view result = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(result.size() + 1, text.size()));
  return result;
}

}  // namespace

/// Lines: method, target, authorization, host, cookie, origin, body. Every request gets an answer,
/// which decide() and answer() agree on, and nothing gets past the token.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const RouteTable table = checked_table();
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Request request;
  request.method = std::string(line(text));
  request.target = std::string(line(text));
  for (const char* const name : {"authorization", "host", "cookie", "origin"}) {
    request.headers.emplace_back(name, std::string(line(text)));
  }
  request.body = std::string(text);
  const auto decision = *table.decide(request, std::nullopt, Patience::any);
  const Answer answer = table.answer(request);
  if (answer.status < 200 || answer.status > 599) std::abort();
  const auto* const refused = std::get_if<Answer>(&decision);
  if (refused != nullptr && refused->status != answer.status) std::abort();
  if (refused == nullptr && answer.status != 200) std::abort();
  const bool shown = AccessToken("0123456789abcdef").is_shown_by(request.headers[0].second);
  if (request.method == "PUT" && answer.status == 200 && !shown) std::abort();
  return 0;
}
