#pragma once

#include "pipeline/dataset_work.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/repository.h"
#include "pipeline/shop_files.h"
#include "table/scratch_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace forecart {

/// For tests: a repository of a shop with one panel of days and a model that takes no time, which
/// goes from orders to a published run in a tenth of a second.
class SmallShop {
 public:
  SmallShop() {
    ingest_into(shop(), {write_orders(folder_ / "first.csv", 1, 28)});
    declare_panel(
        shop(), "name = \"daily\"\nby = []\nmeasure = \"lines\"\nfrequency = \"D\"\nhorizon = 3\n");
  }

  std::filesystem::path shop() const { return folder_ / "shop"; }
  std::filesystem::path beside(const std::string& name) const { return folder_ / name; }

  /// Lines of January 2023, as many as the day of the month.
  static std::filesystem::path write_orders(const std::filesystem::path& file, int first,
                                            int last) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file);
    out << "id,when,quantity,price\n";
    for (int day = first; day <= last; ++day) {
      for (int line = 0; line <= day % 7; ++line) {
        out << fmt::format("{},2023-01-{:02} {:02}:10,1,2.50\n", day * 100 + line, day, 8 + line);
      }
    }
    return file;
  }

  void put_into_inbox(const std::string& name, int first, int last) const {
    write_orders(shop() / "inbox/orders" / name, first, last);
  }

  RunReport run() const {
    RunRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.choice.threads = 1;
    return run_dataset(request);
  }

  WorkReport work() const {
    WorkRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.threads = 1;
    return work_on_dataset(request);
  }

 private:
  ScratchFolder folder_;
};

}  // namespace forecart
