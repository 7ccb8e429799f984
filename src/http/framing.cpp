#include "http/framing.h"

#include "base/ascii.h"

#include <algorithm>
#include <cstddef>

namespace forecart {

namespace {

bool is_of_host(char c) {
  constexpr std::string_view kSigns = "-._:[]";
  return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kSigns.find(c) != std::string_view::npos;
}

template <class Pass>
bool all(std::string_view text, Pass pass) {
  return !text.empty() && std::all_of(text.begin(), text.end(), pass);
}

std::size_t count(const Request& head, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(head.headers.begin(), head.headers.end(),
                    [name](const auto& header) { return header.first == name; }));
}

bool is_chunked(std::string_view coding) {
  return equal_ignoring_case(coding, "chunked");
}

}  // namespace

std::string_view ambiguity(const Request& head, unsigned version) {
  constexpr unsigned kVersion11 = 11;
  const std::size_t hosts = count(head, "host");
  if (version >= kVersion11 && hosts == 0) return "the request has no Host header";
  if (hosts > 1) return "the request has several Host headers";
  if (hosts == 1 && !all(head.header("host"), is_of_host)) return "the Host header names no host";
  const std::size_t lengths = count(head, "content-length");
  const std::size_t codings = count(head, "transfer-encoding");
  if (lengths + codings > 1) return "the length of the body is said more than once";
  if (lengths == 1 && !all(head.header("content-length"), is_ascii_digit)) {
    return "the length of the body is no number";
  }
  const bool coded_well = version >= kVersion11 && is_chunked(head.header("transfer-encoding"));
  if (codings == 1 && !coded_well) return "the transfer coding is not 'chunked' alone";
  return "";
}

}  // namespace forecart
