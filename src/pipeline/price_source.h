#pragma once

#include "pipeline/repository.h"

#include "cost/prices.h"

#include <filesystem>

namespace forecart {

/// The prices to count with: those of `file`, else of prices.toml in the repository, else those
/// that the program comes with. Throws Error not_found or unreadable, and as parse_prices.
Prices prices_for(const std::filesystem::path& file, const Repository* repository);

}  // namespace forecart
