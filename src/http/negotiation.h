#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace forecart {

/// Which of the types of content that there are a client would rather have, by its Accept header:
/// the one of the highest weight, of several the first. Parameters of the types do not count. The
/// first, too, where it says nothing or takes none of them. RFC 9110, section 12.5.1.
std::size_t preferred(std::string_view accept, std::span<const std::string_view> types);

}  // namespace forecart
