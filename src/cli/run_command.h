#pragma once

#include "cli/options.h"
#include "cli/output.h"
#include "pipeline/run.h"

namespace forecart {

/// Runs a data set, then prints leaderboards, charts and where the results lie.
ExitStatus run_and_show(const RunRequest& request, const CommonFlags& common);

}  // namespace forecart
