#pragma once

#include "pipeline/ingest_orders.h"
#include "pipeline/repository.h"
#include "table/scratch_folder.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace forecart {

/// For tests: what shops of theirs have in common. Their data set is "orders".

inline IngestReport ingest_into(const StoreLocation& shop,
                                const std::vector<std::filesystem::path>& files,
                                unsigned threads = 0) {
  IngestRequest request;
  request.repository = shop.text();
  request.dataset = "orders";
  request.threads = threads;
  request.files.assign(files.begin(), files.end());
  return ingest_orders(request);
}

/// Puts this table of TOML, less its head, in place of the panels that were guessed.
inline void declare_panel(const std::filesystem::path& shop, const std::string& panel) {
  const std::filesystem::path settings = shop / Repository::config_key("orders");
  std::string text = file_bytes(settings);
  text.resize(text.find("[[panel]]"));
  std::ofstream(settings) << text << "[[panel]]\n" << panel;
}

}  // namespace forecart
