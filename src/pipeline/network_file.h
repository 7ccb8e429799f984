#pragma once

#include "models/exported_network.h"
#include "models/model.h"
#include "table/table.h"

#include <filesystem>
#include <memory>
#include <string>

namespace forecart {

/// Throws Error invalid_value for a model that is no network; to be called before work begins.
void check_is_network(const std::string& model);

/// The network behind a fitted model, for other programs; `future` covers the horizon where it was
/// fitted with covariates. Throws Error bad_data where it has learnt nothing.
std::shared_ptr<const ExportedNetwork> exported_network(const std::string& model,
                                                        const Fitted& fitted,
                                                        const Covariates& future);

/// Writes the example as JSON. Throws Error no_space or unreadable.
void write_example(const ExportedNetwork& network, const std::filesystem::path& path);

/// What it reads and gives: a row per input and output.
Table port_table(const ExportedNetwork& network);

/// What `forecart export --json` prints of a network that was written to `path`.
nlohmann::json network_json(const ExportedNetwork& network, const std::filesystem::path& path);

}  // namespace forecart
