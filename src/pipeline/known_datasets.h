#pragma once

#include "pipeline/repository.h"

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Names of the data sets that a repository knows of, in order: those with settings, that files or
/// requests wait for, or of which something was set aside. Lists inbox/, work/ and dead/.
std::vector<std::string> known_datasets(const Repository& repository);

/// Throws Error unknown_name, with the nearest names, for one that is not among them; invalid_value
/// for what cannot be a name.
void require_known_dataset(const Repository& repository, const std::string& dataset);

/// Data sets of which there is a record work/<dataset>/<name>.
std::vector<std::string> datasets_with_record(const Repository& repository, std::string_view name);

}  // namespace forecart
