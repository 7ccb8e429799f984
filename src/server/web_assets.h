#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace forecart {

/// A file of the dashboard, as it lies in the program.
struct WebAsset {
  std::string_view name;  ///< "index.html", "index-Bx7kq2.js"
  std::string_view type;
  std::string_view etag;  ///< by its content
  std::size_t bytes;      ///< uncompressed
  std::string_view gzip;
};

/// All of them; what defines this is made by web/embed.mjs.
std::span<const WebAsset> web_assets();

/// The page of reports: a document of its own, with marks where report_document puts what it tells.
const WebAsset& report_page();

/// Paths of the pages, "/sales"; "/" is the first.
std::span<const std::string_view> web_pages();

/// Its content. Throws std::runtime_error where what lies in the program is damaged.
std::string unpacked(const WebAsset& asset);

}  // namespace forecart
