#pragma once

#include <string>

namespace forecart {

/// An amount with two digits that tell something, never in powers of ten: "0.00014", "12.30".
std::string amount_text(double amount);

}  // namespace forecart
