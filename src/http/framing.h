#pragma once

#include "http/message.h"

#include <string_view>

namespace forecart {

/// What in a head two readers could understand differently, so that a proxy and this server would
/// not agree on whom it is for or where its body ends; "" where nothing is. `version` is 11 for
/// HTTP/1.1. RFC 9112, sections 3.2, 6.1 and 6.3.
std::string_view ambiguity(const Request& head, unsigned version);

}  // namespace forecart
