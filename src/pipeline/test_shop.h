#pragma once

#include "pipeline/demo_orders.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"
#include "pipeline/shop_files.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace forecart {

/// For tests: a shop of eleven months with one panel of days, and a twelfth month that it can take
/// in.
class TestShop : public testing::Test {
 protected:
  /// `by` is what the panel is cut by, in TOML: `"product"`, or nothing for the total.
  explicit TestShop(const std::string& by) {
    DemoOptions options;
    options.orders_per_day = 20;
    files_ = write_demo_orders(options, folder_ / "orders").files;
    ingest({files_.begin(), files_.end() - 1});
    declare_panel(shop(), "name = \"daily\"\nby = [" + by +
                              "]\nmeasure = \"units\"\nfrequency = \"D\"\nhorizon = 7\n");
  }

  std::filesystem::path shop() const { return folder_ / "shop"; }
  std::filesystem::path settings_file() const { return shop() / Repository::config_key("orders"); }

  std::filesystem::path file_of(const std::string& run, const std::string& name) const {
    return shop() / Repository::run_key("orders", run, name);
  }

  /// In dataset.toml.
  void change_settings(const std::string& from, const std::string& to) const {
    std::string text = file_bytes(settings_file());
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    std::ofstream(settings_file()) << text.replace(at, from.size(), to);
  }

  void ingest(const std::vector<std::filesystem::path>& files) const { ingest_into(shop(), files); }

  void ingest_last_month() const { ingest({files_.back()}); }

  /// A run of these models with short trainings.
  RunRequest short_run(const std::vector<std::string>& models) const {
    RunRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.choice.models = models;
    request.choice.network.steps = 30;
    return request;
  }

  ScratchFolder folder_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace forecart
