#include "server/report_document.h"

#include "server/web_assets.h"

#include <stdexcept>

namespace forecart {

namespace {

/// Text in place of the first of these marks; returns where it ends.
std::size_t put(std::string& page, std::string_view mark, std::string_view text, std::size_t from) {
  const std::size_t at = page.find(mark, from);
  if (at == std::string::npos) throw std::runtime_error("the page of reports has lost a mark");
  page.replace(at, mark.size(), text);
  return at + text.size();
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string escape_script(std::string_view json) {
  std::string safe;
  safe.reserve(json.size() + json.size() / 100);
  for (const char c : json) {
    // "<" stands in texts alone, where it may be told by its number
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string report_document(const ReportContent& content) {
  std::string page = unpacked(report_page());
  std::size_t at = put(page, "<!--title-->", escape_html(content.title), 0);
  at = put(page, "<!--summary-->", content.summary, at);
  put(page, "<!--answers-->", escape_script(content.answers), at);
  return page;
}

}  // namespace forecart
