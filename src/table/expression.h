#pragma once

#include <string>

namespace forecart {

/// Throws Error invalid_value unless `expression` is one SQL expression over columns: no second
/// value, no subquery, no FROM, no window. Whether its columns exist is seen when it runs. `what`
/// names it in the message. Text from configuration files goes through here before it becomes SQL.
void require_scalar_expression(const std::string& expression, const std::string& what);

}  // namespace forecart
