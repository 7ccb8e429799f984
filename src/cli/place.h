#pragma once

#include <CLI/CLI.hpp>

namespace forecart {

/// Where a repository may be: a folder or s3://BUCKET/PREFIX. Refuses what only looks like an
/// address, which would become a folder of that name: "s3:/bucket", "gs://bucket".
CLI::Validator place_of_repository();

}  // namespace forecart
