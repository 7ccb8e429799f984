#pragma once

#include "pipeline/forecast_table.h"
#include "pipeline/run.h"
#include "table/table.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Tables of panels as one, with the panel's name as its first column, block by block. Panels may
/// have columns of their own, as large ones run fewer models; these are missing for the others.
class PanelBlocks {
 public:
  /// A panel's table that fits in memory.
  void add(const std::string& panel, Table whole);
  /// One that is made by slices of `size` series or rows; an empty slice tells its columns.
  void add(const std::string& panel, std::size_t size, std::function<Table(Slice)> make);

  bool empty() const { return parts_.empty(); }

  /// The next rows, at least one block of every panel; nothing at the end.
  std::optional<Table> next();

 private:
  struct Part {
    std::string panel;
    std::size_t size;
    std::function<Table(Slice)> make;
  };

  void learn_columns(const Table& table);
  Table complete(const std::string& panel, const Table& table) const;

  std::vector<Part> parts_;
  std::vector<Column> columns_;  // of all panels, without rows
  std::size_t part_ = 0;         // that comes next
  std::size_t done_ = 0;         // of its size
};

}  // namespace forecart
