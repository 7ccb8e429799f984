#include "http/refine.h"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <iterator>
#include <new>
#include <optional>

namespace forecart {

namespace {

constexpr std::size_t kLeastCompressed = 1000;
constexpr std::string_view kCompressedTag = "-gzip";

std::string_view trim(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// The next element of a list with commas, which is cut off.
std::string_view next_element(std::string_view& list) {
  const std::string_view element = list.substr(0, list.find(','));
  list.remove_prefix(std::min(element.size() + 1, list.size()));
  return trim(element);
}

std::string tag_text(std::string_view etag) {
  return fmt::format("\"{}\"", etag);
}

/// A tag of the client without "W/", quotes and what compressing adds.
std::string_view plain_tag(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
    tag = tag.substr(1, tag.size() - 2);
  }
  if (tag.ends_with(kCompressedTag)) tag.remove_suffix(kCompressedTag.size());
  return tag;
}

/// Whether the body is compressed already.
bool is_encoded(const Answer& answer) {
  return std::any_of(answer.headers.begin(), answer.headers.end(),
                     [](const auto& header) { return header.first == "content-encoding"; });
}

bool is_text(std::string_view type) {
  constexpr std::array<std::string_view, 4> kTexts{"text/", "application/json",
                                                   "application/javascript", "image/svg+xml"};
  return type != "text/event-stream" &&
         std::any_of(kTexts.begin(), kTexts.end(),
                     [type](std::string_view text) { return type.starts_with(text); });
}

/// Nothing where there is no memory for it.
std::optional<std::string> gzip(std::string_view text) try {
  constexpr int kGzip = 15 + 16;  // window bits, as a gzip file
  constexpr int kMemory = 8;
  constexpr std::size_t kFrame = 18;  // of gzip, in place of that of zlib
  // before zlib takes memory that nobody would give back
  std::string out(compressBound(text.size()) + kFrame, '\0');
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done) return std::nullopt;
  return out;
} catch (const std::bad_alloc&) {
  return std::nullopt;
}

void compress(const Request& request, Answer& answer) {
  if (answer.file || answer.events || answer.secret || !is_text(answer.type)) return;
  answer.headers.emplace_back("vary", "accept-encoding");
  if (is_encoded(answer)) {
    if (!answer.etag.empty()) answer.etag += kCompressedTag;
    return;
  }
  constexpr std::size_t kMost = 0xffffffffU;  // what zlib counts to at once
  if (answer.body.size() < kLeastCompressed || answer.body.size() > kMost) return;
  if (!takes_gzip(request)) return;
  auto small = gzip(answer.body);
  if (!small) return;
  answer.headers.emplace_back("content-encoding", "gzip");
  answer.body = std::move(*small);
  if (!answer.etag.empty()) answer.etag += kCompressedTag;
}

struct ByteRange {
  std::int64_t first;
  std::int64_t last;
};

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

/// The one range of "bytes=0-99", "bytes=100-" or "bytes=-50", cut to `size`; last < first where
/// there is no such part. Nothing for what is to be ignored: malformed, or of several ranges.
std::optional<ByteRange> range_of(std::string_view text, std::int64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text = trim(text.substr(kUnit.size()));
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = whole_number(text.substr(0, dash));
  const auto last = whole_number(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return std::nullopt;
    return ByteRange{std::max<std::int64_t>(size - *last, 0), size - 1};
  }
  if (!first || (!last && dash + 1 != text.size()) || (last && *last < *first)) return std::nullopt;
  return ByteRange{*first, std::min(last.value_or(size - 1), size - 1)};
}

Answer no_such_part(std::int64_t size) {
  Answer answer = error_answer(416, "invalid_value", "the content has no such bytes",
                               fmt::format("ask for some of its {} bytes", size));
  answer.headers.emplace_back("content-range", fmt::format("bytes */{}", size));
  return answer;
}

/// RFC 9110, section 14.2; a part of what the client knows under another tag would not fit.
Answer cut(const Request& request, Answer answer) {
  answer.headers.emplace_back("accept-ranges", "bytes");
  const std::string_view known = request.header("if-range");
  if (!known.empty() && known != tag_text(answer.etag)) return answer;
  const std::int64_t size = answer.bytes();
  const auto range = range_of(request.header("range"), size);
  if (!range) return answer;
  if (range->last < range->first) return no_such_part(size);
  const std::int64_t bytes = range->last - range->first + 1;
  if (answer.file) {
    answer.file->offset += range->first;
    answer.file->bytes = bytes;
  } else {
    answer.body =
        answer.body.substr(static_cast<std::size_t>(range->first), static_cast<std::size_t>(bytes));
  }
  answer.status = 206;
  answer.headers.emplace_back("content-range",
                              fmt::format("bytes {}-{}/{}", range->first, range->last, size));
  return answer;
}

/// 304 with what the answer says of itself: browsers put it over what they have (RFC 9110, section
/// 15.4.5).
Answer unchanged(Answer answer) {
  Answer known = not_modified(answer.etag);
  known.headers = std::move(answer.headers);
  std::erase_if(known.headers, [](const auto& one) { return one.first == "content-encoding"; });
  if (is_text(answer.type)) known.headers.emplace_back("vary", "accept-encoding");
  return known;
}

bool is_reading(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

/// Of now, as RFC 9110, section 5.6.7, has it; made once a second.
const std::string& date_text() {
  thread_local std::time_t known = -1;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != known) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto name = [](std::string_view names, int at) {
      return names.substr(3 * static_cast<std::size_t>(at), 3);
    };
    text = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", name(kDays, parts.tm_wday),
                       parts.tm_mday, name(kMonths, parts.tm_mon), parts.tm_year + 1900,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
    known = now;
  }
  return text;
}

class HeadText {
 public:
  void add(std::string_view name, std::string_view value) {
    if (is_clean(name) && is_clean(value)) {
      fmt::format_to(std::back_inserter(text), "{}: {}\r\n", name, value);
    }
  }
  /// What holds unless the answer says otherwise.
  void add_default(const Answer& answer, std::string_view name, std::string_view value) {
    const bool said = std::any_of(answer.headers.begin(), answer.headers.end(),
                                  [name](const auto& header) { return header.first == name; });
    if (!said) add(name, value);
  }

  std::string text;
};

}  // namespace

/// Whether "gzip" or "*" is named, not with the weight 0. RFC 9110, section 12.5.3.
bool takes_gzip(const Request& request) {
  std::string_view accepted = request.header("accept-encoding");
  while (!accepted.empty()) {
    const std::string_view element = next_element(accepted);
    const std::string_view name = trim(element.substr(0, element.find(';')));
    if (name != "gzip" && name != "x-gzip" && name != "*") continue;
    const std::size_t weight = element.find("q=");
    return weight == std::string_view::npos ||
           element.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

bool names_tag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    const std::string_view tag = next_element(header);
    if (tag == "*" || (!tag.empty() && plain_tag(tag) == etag)) return true;
  }
  return false;
}

bool has_it(const Request& request, std::string_view etag) {
  if (!is_reading(request) || etag.empty()) return false;
  return names_tag(request.header("if-none-match"), etag);
}

Answer not_modified(std::string_view etag) {
  return {.status = 304, .type = "", .etag = std::string(etag)};
}

Answer refine(const Request& request, Answer answer) {
  if (answer.status != 200 || answer.events || !is_reading(request)) return answer;
  if (has_it(request, answer.etag)) return unchanged(std::move(answer));
  const bool may_be_cut = !answer.etag.empty();  // parts of different answers would not fit
  if (may_be_cut && (!request.header("range").empty() || answer.file)) {
    return cut(request, std::move(answer));
  }
  compress(request, answer);
  return answer;
}

std::string head_text(const Answer& answer, bool keep_alive, bool encrypted) {
  const auto status = static_cast<boost::beast::http::status>(answer.status);
  const auto reason = boost::beast::http::obsolete_reason(status);
  HeadText head;
  head.text = fmt::format("HTTP/1.1 {} {}\r\n", answer.status,
                          std::string_view(reason.data(), reason.size()));
  head.add("date", date_text());
  if (!answer.type.empty()) head.add("content-type", answer.type);
  const bool has_length = !answer.events && answer.status != 304 && answer.status != 204;
  if (has_length) head.add("content-length", std::to_string(answer.bytes()));
  if (!answer.etag.empty()) head.add("etag", tag_text(answer.etag));
  for (const auto& [name, value] : answer.headers) head.add(name, value);
  head.add_default(answer, "cache-control", answer.etag.empty() ? "no-store" : "private, no-cache");
  if (answer.events) head.add("x-accel-buffering", "no");  // nginx would keep events back
  head.add_default(answer, "content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  head.add_default(answer, "x-content-type-options", "nosniff");
  // never shown as a page of this origin; errors are, to whoever has mistyped an address
  if (answer.status < 400 && answer.type.starts_with("application/json")) {
    head.add_default(answer, "content-disposition", "attachment; filename=\"api.json\"");
  }
  head.add_default(answer, "referrer-policy", "no-referrer");
  head.add_default(answer, "cross-origin-resource-policy", "same-origin");
  if (encrypted) head.add_default(answer, "strict-transport-security", "max-age=31536000");
  head.add("connection", keep_alive ? "keep-alive" : "close");
  head.text += "\r\n";
  return head.text;
}

}  // namespace forecart
