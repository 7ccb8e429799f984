#pragma once

#include "cli/options.h"
#include "cli/output.h"
#include "pipeline/ingest_orders.h"

namespace forecart {

/// Ingests, then prints the counts, on stderr the settings that were guessed and files that failed.
ExitStatus ingest_and_show(const IngestRequest& request, const CommonFlags& common);

}  // namespace forecart
