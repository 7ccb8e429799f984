#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// An object that a record of the repository names: it must be there as long as the record counts.
struct Reference {
  std::string key;
  std::string sha256;  ///< of its bytes; "" where the record does not say
};

// What a record names. Each throws nlohmann::json::exception for one that is not as it should be.

/// Raw bytes, sales, rejects and the records of the sales of the files of an upload.
std::vector<Reference> references_of_upload(const std::string& dataset,
                                            const nlohmann::json& upload);

/// Sales and rejects, with their hashes; none of a record that is about to be replaced, or that is
/// of before it told them.
std::vector<Reference> references_of_sales(const std::string& dataset, const std::string& hash,
                                           const nlohmann::json& record);

/// Order files, settings and input tables below raw/, the tables of the run and its fitted states.
std::vector<Reference> references_of_run(const nlohmann::json& manifest);

/// The runs that one cannot be explained without: whose states it started from, whose proof is its.
std::vector<std::string> runs_named_by(const nlohmann::json& manifest);

/// Whether it has the form of a SHA-256.
bool is_sha256(const std::string& text);

}  // namespace forecart
