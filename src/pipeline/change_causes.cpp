#include "pipeline/change_causes.h"

#include "pipeline/manifest_diff.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;
using Rows = std::map<std::string, std::size_t>;

/// Models that tell in the ledger what they chose; a row holds the choice of the first of them.
constexpr std::array<std::string_view, 2> kChoosers{"AutoSelect", "ARIMALSTM"};

/// Text of a cell by name; "" where the table has no such column.
std::string cell(const Table& table, const std::string& column, std::size_t row) {
  const Column* const found = table.find(column);
  return found == nullptr ? "" : cell_text(*found, row);
}

/// Rows of one panel by item, of one model where one is named.
Rows rows_of(const Table& table, const std::string& panel, const std::string& model = "") {
  Rows rows;
  if (table.find("panel") == nullptr) return rows;
  const auto panels = table.texts("panel");
  const auto ids = table.texts("unique_id");
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    if (panels[row] != panel) continue;
    if (model.empty() || cell(table, "model", row) == model) rows[ids[row]] = row;
  }
  return rows;
}

/// The model whose choice a row of the ledger holds; "" where none chooses.
std::string chooser_of(const Table& ledger, std::size_t row) {
  std::istringstream tried(cell(ledger, "models_tried", row));
  std::string model;
  while (tried >> model) {
    for (const std::string_view chooser : kChoosers) {
      if (base_of(model) == chooser) return base_of(model);
    }
  }
  return "";
}

/// What the model fell back to, which the ledger tells as "MODEL -> BASELINE; ..."; "" where it did
/// not.
std::string fallback_of(const Table& ledger, std::size_t row, const std::string& model) {
  const std::string all = cell(ledger, "fallback", row);
  const std::string begin = model + " -> ";
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find("; ", at), all.size());
    const std::string own = all.substr(at, end - at);
    if (own.starts_with(begin)) return own.substr(begin.size());
    at = end + 2;
  }
  return "";
}

std::string choice_of(const Table& ledger, std::size_t row, const std::string& model) {
  return chooser_of(ledger, row) == base_of(model) ? cell(ledger, "chosen", row) : "";
}

/// Whether a row of the table of retraining tells of a fit that had to wait.
bool waits(const Table& retraining, std::size_t row) {
  return cell(retraining, "decision", row) == "move on" && !cell(retraining, "reason", row).empty();
}

/// Whether the panel of a run went on from the run before.
bool went_on(const json& manifest, const std::string& panel) {
  for (const json& one : manifest.value("panels", json::array())) {
    if (one.at("panel") == panel) return !one.value("retraining", json()).is_null();
  }
  return false;
}

}  // namespace

std::string base_of(const std::string& model) {
  return model.substr(0, model.find('/'));
}

ChangeCauses::ChangeCauses(const RunTables& before, const RunTables& after, std::string panel,
                           std::string model)
    : before_(before),
      after_(after),
      panel_(std::move(panel)),
      model_(std::move(model)),
      old_rows_(rows_of(before.ledger, panel_)),
      new_rows_(rows_of(after.ledger, panel_)),
      old_states_(rows_of(before.retraining, panel_, model_)),
      new_states_(rows_of(after.retraining, panel_, model_)),
      parameters_(changed_parameters(before.manifest, after.manifest)) {}

bool ChangeCauses::knows(const std::string& id) const {
  return old_rows_.contains(id) && new_rows_.contains(id);
}

bool ChangeCauses::other_history(const std::string& id) const {
  if (before_.ledger.find("history") == nullptr || after_.ledger.find("history") == nullptr) {
    return true;
  }
  return cell(before_.ledger, "history", old_rows_.at(id)) !=
         cell(after_.ledger, "history", new_rows_.at(id));
}

std::vector<std::string> ChangeCauses::model_changes(const std::string& id) const {
  std::vector<std::string> told;
  const auto tell = [&](const char* what, const std::string& was, const std::string& is) {
    if (was == is) return;
    told.push_back(
        fmt::format("{} {}, was {}", what, is.empty() ? "none" : is, was.empty() ? "none" : was));
  };
  const std::size_t was = old_rows_.at(id);
  const std::size_t is = new_rows_.at(id);
  tell("chosen", choice_of(before_.ledger, was, model_), choice_of(after_.ledger, is, model_));
  tell("fallback", fallback_of(before_.ledger, was, model_),
       fallback_of(after_.ledger, is, model_));
  return told;
}

std::string ChangeCauses::refit(const std::string& id) const {
  const auto is = new_states_.find(id);
  if (is == new_states_.end()) return "";
  const auto was = old_states_.find(id);
  if (!went_on(after_.manifest, panel_)) {
    return went_on(before_.manifest, panel_) ? "all series were fitted" : "";
  }
  const std::string decision = cell(after_.retraining, "decision", is->second);
  if (decision != "move on") {
    return fmt::format("{}: {}", decision, cell(after_.retraining, "reason", is->second));
  }
  if (was == old_states_.end() || cell(before_.retraining, "history", was->second) ==
                                      cell(after_.retraining, "history", is->second)) {
    return "";
  }
  return "fitted again by a run between them";
}

bool ChangeCauses::waited(const std::string& id) const {
  const auto was = old_states_.find(id);
  const auto is = new_states_.find(id);
  return (was != old_states_.end() && waits(before_.retraining, was->second)) ||
         (is != new_states_.end() && waits(after_.retraining, is->second));
}

bool ChangeCauses::parameters(const std::string& id) const {
  return std::any_of(parameters_.begin(), parameters_.end(), [&](const std::string& name) {
    if (name == "retrain") return after_.manifest.at("options").at(name) == "always";
    return name != "refit_budget" || waited(id);
  });
}

}  // namespace forecart
