#include "pipeline/panel_blocks.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace forecart {

namespace {

/// Series or rows in a block: some megabytes of text.
constexpr std::size_t kSlice = 4096;

/// As many rows of what stands for missing, of the same type.
ColumnValues missing_like(const ColumnValues& values, std::size_t rows) {
  return std::visit(
      [rows](const auto& list) -> ColumnValues {
        using List = std::decay_t<decltype(list)>;
        if constexpr (std::is_same_v<List, std::vector<double>>) {
          return List(rows, std::numeric_limits<double>::quiet_NaN());
        } else {
          return List(rows);
        }
      },
      values);
}

}  // namespace

void PanelBlocks::learn_columns(const Table& table) {
  for (const Column& column : table.columns()) {
    const bool known = std::ranges::count(columns_, column.name, &Column::name) > 0;
    if (!known) columns_.push_back({column.name, missing_like(column.values, 0)});
  }
}

void PanelBlocks::add(const std::string& panel, Table whole) {
  learn_columns(whole);
  parts_.push_back({panel, 1, [table = std::move(whole)](Slice) { return table; }});
}

void PanelBlocks::add(const std::string& panel, std::size_t size,
                      std::function<Table(Slice)> make) {
  learn_columns(make({0, 0}));
  parts_.push_back({panel, size, std::move(make)});
}

Table PanelBlocks::complete(const std::string& panel, const Table& table) const {
  const std::size_t rows = table.row_count();
  Table result;
  result.add("panel", std::vector<std::string>(rows, panel));
  for (const Column& column : columns_) {
    const Column* const own = table.find(column.name);
    result.add(column.name, own != nullptr ? own->values : missing_like(column.values, rows));
  }
  return result;
}

std::optional<Table> PanelBlocks::next() {
  if (part_ == parts_.size()) return std::nullopt;
  const Part& part = parts_[part_];
  const Slice slice{done_, std::min(done_ + kSlice, part.size)};
  Table block = complete(part.panel, part.make(slice));
  done_ = slice.last;
  if (done_ == part.size) {
    ++part_;
    done_ = 0;
  }
  return block;
}

}  // namespace forecart
