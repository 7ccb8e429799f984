#include "base/error.h"
#include "server/routes.h"
#include "server/web_assets.h"

#include "http/refine.h"
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace forecart {

namespace {

/// Its own files alone: no script or style that stands in a page or comes from elsewhere. Pictures
/// of charts are made in the page ("blob:", "data:").
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
    "'none'";

/// Their names tell their content.
constexpr const char* kForGood = "public, max-age=31536000, immutable";

/// Nothing for what is not there.
const WebAsset* asset_named(std::string_view name) {
  const auto assets = web_assets();
  const auto found = std::find_if(assets.begin(), assets.end(),
                                  [name](const WebAsset& asset) { return asset.name == name; });
  return found == assets.end() ? nullptr : &*found;
}

/// As it lies in the program, but for who cannot read that or wants a part.
Answer asset_answer(const Request& request, const WebAsset& asset, const char* keeping) {
  Answer answer{.type = std::string(asset.type),
                .headers = {{"content-security-policy", kPolicy}, {"cache-control", keeping}},
                .etag = std::string(asset.etag)};
  if (request.header("range").empty() && takes_gzip(request)) {
    answer.body = asset.gzip;
    answer.headers.emplace_back("content-encoding", "gzip");
  } else {
    answer.body = unpacked(asset);
  }
  return answer;
}

Answer page_answer(const Request& request) {
  return asset_answer(request, *asset_named("index.html"), "no-cache");
}

Answer file_of_page(const Call& call) {
  const WebAsset* const asset = asset_named(call.values[0]);
  if (asset != nullptr && asset->name != "index.html") {
    return asset_answer(call.request, *asset, kForGood);
  }
  throw Error(ErrorCode::not_found,
              "the page has no such file; it is of another version: load the page again");
}

}  // namespace

std::string unpacked(const WebAsset& asset) {
  constexpr int kGzip = 15 + 16;  // window bits, as a gzip file
  std::string content(asset.bytes, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(asset.gzip.data()));
  stream.avail_in = static_cast<uInt>(asset.gzip.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  const bool done = inflateInit2(&stream, kGzip) == Z_OK &&
                    inflate(&stream, Z_FINISH) == Z_STREAM_END &&
                    stream.total_out == content.size();
  inflateEnd(&stream);
  if (!done) throw std::runtime_error(fmt::format("{} is damaged", asset.name));
  return content;
}

void add_shell_routes(RouteTable& table, const RouteServices&) {
  for (const std::string_view path : web_pages()) {
    // what a page shows stands in its query, which is the page's matter
    table.add({.method = "GET",
               .pattern = std::string(path),
               .summary = "A page that people open.",
               .any_query = true,
               .types = {"text/html"},
               .tagged = true,
               .instant = true,
               .handle = [](const Call& call) { return page_answer(call.request); }});
  }
  table.add({.method = "GET",
             .pattern = "/assets/{asset}",
             .summary = "A file of the pages.",
             .types = {"text/javascript", "text/css", "image/svg+xml"},
             .tagged = true,
             .instant = true,
             .handle = file_of_page});
}

}  // namespace forecart
