#pragma once

#include <string>
#include <string_view>

namespace forecart {

/// What a report tells, around the script that shows it.
struct ReportContent {
  std::string title;    ///< text
  std::string summary;  ///< html, for who runs no scripts
  std::string answers;  ///< JSON
};

/// One file of html that asks nothing of anybody: the page in the program with this in it.
std::string report_document(const ReportContent& content);

/// Text as html shows it.
std::string escape_html(std::string_view text);

/// JSON that may stand in a <script>: nothing in it ends the element or begins a comment.
std::string escape_script(std::string_view json);

}  // namespace forecart
