#pragma once

#include "pipeline/panel_source.h"

#include <filesystem>
#include <vector>

namespace forecart {

/// The series of the files of a channel, as one panel: long tables (csv, csv.gz, csv.zst, parquet),
/// or lines of JSON as DeepAR is trained on (.json, .jsonl, .jsonlines: `start`, `target` and
/// perhaps `item_id`; series without one are called by their number). `how` tells the rest of
/// load_panel. Throws as that and read_invocation, and Error bad_data where files differ in their
/// calendar or tell the same bucket of a series twice.
LoadedPanel load_channel(const std::vector<std::filesystem::path>& files, const PanelRequest& how);

/// Several panels as one; series of the same id become one. Throws as load_channel.
Panel merge_panels(const std::vector<Panel>& panels);

}  // namespace forecart
