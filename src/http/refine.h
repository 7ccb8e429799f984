#pragma once

#include "http/message.h"

#include <string>
#include <string_view>

namespace forecart {

/// What RFC 9110 lets a server do to an answer without changing what it means: nothing sent that
/// the client has (section 13), the part it asks for (section 14), compressed where it can read
/// that (section 12.5.3).
Answer refine(const Request& request, Answer answer);

/// Whether a list of tags, as If-Match and If-None-Match have it, names that one or is "*"; a tag
/// may be that of a compressed answer.
bool names_tag(std::string_view header, std::string_view etag);

/// Whether the client of a GET or HEAD has the content of that tag; then the answer need not be
/// made.
bool has_it(const Request& request, std::string_view etag);

/// Whether it can read what is compressed by gzip. An answer that has `content-encoding` already is
/// sent as it is.
bool takes_gzip(const Request& request);

/// 304.
Answer not_modified(std::string_view etag);

/// Status line and headers of an answer. Headers with bytes that would end them are left out.
std::string head_text(const Answer& answer, bool keep_alive, bool encrypted);

}  // namespace forecart
