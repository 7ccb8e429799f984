#pragma once

#include <string_view>

namespace forecart {

/// Whether a password of 12 characters or more, in small letters, is one of those that guessers
/// try first: a common one, a common word with digits and signs around it, a few characters over
/// and over, or letters and digits in their order or that of a keyboard.
bool is_common_password(std::string_view small);

}  // namespace forecart
